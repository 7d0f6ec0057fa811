// Made from the OpenAPI document by `npm run docs`; not to be edited.

export interface paths {
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process answers */
        get: operations["getLive"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process can do its work */
        get: operations["getReady"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The metrics of this process, for Prometheus
         * @description From the machine itself; with `EVERHOOK_METRICS_TOKEN` set, from anywhere with that as the bearer token.
         */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List tenants, newest first */
        get: operations["listTenants"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a tenant */
        get: operations["getTenant"];
        /**
         * Create a tenant, or replace its name and metadata
         * @description Optional: the first event or endpoint of a tenant creates it too.
         */
        put: operations["putTenant"];
        post?: never;
        /**
         * Delete a tenant that has no endpoints
         * @description Its events and deliveries stay; another event or endpoint creates it again.
         */
        delete: operations["deleteTenant"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/endpoints": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List a tenant's endpoints, newest first */
        get: operations["listEndpoints"];
        put?: never;
        /** Create an endpoint */
        post: operations["createEndpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/endpoints": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the endpoints of all tenants, newest first */
        get: operations["listAllEndpoints"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/endpoints/{endpointId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get an endpoint */
        get: operations["getEndpoint"];
        put?: never;
        post?: never;
        /** Delete an endpoint; what is still to be delivered to it is cancelled */
        delete: operations["deleteEndpoint"];
        options?: never;
        head?: never;
        /** Change an endpoint by a JSON Merge Patch; null restores a default */
        patch: operations["changeEndpoint"];
        trace?: never;
    };
    "/v1/tenants/{tenant}/endpoints/{endpointId}/enable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Enable an endpoint; queued deliveries are sent */
        post: operations["enableEndpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/endpoints/{endpointId}/disable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Disable an endpoint; its deliveries are queued until it is enabled */
        post: operations["disableEndpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/endpoints/{endpointId}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Pause an endpoint; it stays enabled, and its deliveries are queued until it is resumed */
        post: operations["pauseEndpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/endpoints/{endpointId}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Resume an endpoint; queued deliveries are sent */
        post: operations["resumeEndpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/endpoints/{endpointId}/secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** See the secrets that sign now */
        get: operations["getSecret"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/endpoints/{endpointId}/secret/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give an endpoint a new secret */
        post: operations["rotateSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/endpoints/{endpointId}/secret/rotation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Have an endpoint get a new secret at a moment, or every so many days */
        put: operations["putSecretRotation"];
        post?: never;
        /** Have an endpoint get no new secret by itself */
        delete: operations["deleteSecretRotation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/endpoints/{endpointId}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a sample to an endpoint
         * @description One attempt, never retried, of an event that is not stored: the sample of the type where one is declared. Answers 200 also when the receiver failed. Disabled endpoints can be tested too.
         */
        post: operations["testEndpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/endpoints/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a sample to where an endpoint might be, without saving any
         * @description One attempt, never retried, of an event that is not stored. Answers 200 also when the receiver failed.
         */
        post: operations["testUnsavedEndpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/endpoints/{endpointId}/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Count what became of deliveries to an endpoint */
        get: operations["getEndpointStats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/event-types": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the event types: those declared, newest first, then those of catalogs */
        get: operations["listEventTypes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/event-types/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get an event type, declared or of a catalog that is on */
        get: operations["getEventType"];
        /** Declare an event type, or declare it anew */
        put: operations["putEventType"];
        post?: never;
        /**
         * Remove the declaration of an event type
         * @description Its events are accepted as before, without a schema to fit.
         */
        delete: operations["deleteEventType"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List a tenant's events, newest first, without their data */
        get: operations["listEvents"];
        put?: never;
        /**
         * Submit an event
         * @description Answered once the event and its deliveries are stored for good. An event that no endpoint wants is accepted too.
         */
        post: operations["acceptEvent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the events of all tenants, newest first, without their data */
        get: operations["listAllEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/events/{eventId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get an event with its data */
        get: operations["getEvent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/events/{eventId}/matching": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Say of each of the tenant's endpoints why it did, or didn't, get an event
         * @description Endpoints are matched as they are now, newest first; their deliveries were decided when the event was accepted.
         */
        get: operations["getMatching"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List a tenant's deliveries, newest first */
        get: operations["listDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the deliveries of all tenants, newest first */
        get: operations["listAllDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/deliveries/{deliveryId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a delivery with its attempts */
        get: operations["getDelivery"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/deliveries/{deliveryId}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Try a delivery again now */
        post: operations["retryDelivery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/deliveries/{deliveryId}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a delivery that has not ended, or that blocks its order
         * @description An attempt under way is not cut off; a success that it brings still counts.
         */
        post: operations["cancelDelivery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/recoveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List a tenant's recoveries, newest first */
        get: operations["listRecoveries"];
        put?: never;
        /**
         * Send many deliveries again
         * @description Those that match get a new round, oldest first, and go through their endpoints' queues. What is open already is left alone, and what was delivered, too, unless `states` names it. It goes on whatever is restarted meanwhile.
         */
        post: operations["createRecovery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/recoveries/{recoveryId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a recovery: how far it is */
        get: operations["getRecovery"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/recoveries/{recoveryId}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a recovery that is running
         * @description It resends nothing more. What it has resent goes its way: cancel that one by one.
         */
        post: operations["cancelRecovery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/endpoints/{endpointId}/recover": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send again what failed of an endpoint
         * @description Makes a recovery of this endpoint. While it is disabled or paused, what is resent waits in its queue.
         */
        post: operations["recoverEndpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List a tenant's imports, newest first, without their data and deliveries */
        get: operations["listImports"];
        put?: never;
        /** Create an import, to put rows into */
        post: operations["createImport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the imports of all tenants, newest first, without their data and deliveries */
        get: operations["listAllImports"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/imports/{importId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get an import: its rows counted, and how far its deliveries are */
        get: operations["getImport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/imports/{importId}/rows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the rows of an import, a page or all of them
         * @description A page costs the same wherever it stands. With `Accept: application/x-ndjson` the whole is answered as a stream, a
         *     row a line, from `offset` on; where it breaks off, go on with the number of whole lines that came, added to `offset`.
         *     While the import is open, both show what is stored so far.
         */
        get: operations["getRows"];
        put?: never;
        /**
         * Append rows to an import, as NDJSON or CSV
         * @description The body is a stream of any length: NDJSON, a row a line, or CSV with a header, each record an object of
         *     texts. Rows are stored while they come. Where the upload ends early, by a line that is no row or by a broken connection, the
         *     rows before that are kept, and `stored` says how many the import has: go on from there with `offset`. With an
         *     `offset` that is smaller, the rows of the body that are stored already are passed over, so that no row is stored twice.
         */
        post: operations["appendRows"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/batch/{batchId}/rows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Flatfile: pull the rows of a batch; a tenant's key sees its own alone */
        get: operations["pullFlatfileRows"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/deliveries/{deliveryId}/batches": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the batches of a delivery that brings an import's rows, the first one first */
        get: operations["listBatches"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/deliveries/{deliveryId}/batches/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a batch with its attempts and what was answered to them */
        get: operations["getBatch"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/imports/{importId}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Hold the batches of an import's rows
         * @description A batch under way ends as it will; none follows until it is resumed.
         */
        post: operations["pauseImport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/imports/{importId}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let the batches of an import's rows go on
         * @description They go on where they were.
         */
        post: operations["resumeImport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/imports/{importId}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel an import
         * @description One that is open takes no more rows and makes no events. Of one that is complete the deliveries that bring its rows are cancelled: what was acknowledged stays so, and a success of the batch under way still counts.
         */
        post: operations["cancelImport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the API keys that are not revoked, newest first */
        get: operations["listApiKeys"];
        put?: never;
        /** Create an API key of the same environment */
        post: operations["createApiKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys/{keyId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get what is known of an API key */
        get: operations["getApiKey"];
        put?: never;
        post?: never;
        /** Revoke an API key; takes effect within 5 seconds */
        delete: operations["revokeApiKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/imports/{importId}/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say that an import has all its rows, and have its events made
         * @description One event per entry of its `eventTypes`, all of them or, where one is refused, none. Asked again, the first answer comes again.
         */
        post: operations["completeImport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/jwt-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List a tenant's JWT keys, newest first */
        get: operations["listJwtKeys"];
        put?: never;
        /** Add a key that verifies the claims which the tenant signs itself */
        post: operations["createJwtKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/jwt-keys/{keyId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a JWT key; a shared secret is never shown */
        get: operations["getJwtKey"];
        put?: never;
        post?: never;
        /** Delete a JWT key; what it signed is accepted no longer */
        delete: operations["deleteJwtKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/environment": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the settings of the environment that the API key belongs to */
        get: operations["getEnvironment"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change settings of the environment by a JSON Merge Patch; null restores a default */
        patch: operations["changeEnvironment"];
        trace?: never;
    };
    "/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * See who changed what, newest first
         * @description Secrets are never among what it shows. A tenant's key sees what was done to its tenant alone.
         */
        get: operations["listAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** See the settings that this process runs with; secrets only as "configured" */
        get: operations["getSettings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Count what became of deliveries, over all tenants or of one */
        get: operations["getStats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/queues": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** See what waits and is retried, by endpoint, the longest queues first */
        get: operations["getQueues"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/events/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Submit up to 1000 events as NDJSON
         * @description A line is an event, with its own `idempotencyKey` if wanted; each is accepted or refused alone. Answered with NDJSON too, one line per line, in their order.
         */
        post: operations["acceptBulk"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operational-endpoints": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Of operational endpoints: list a tenant's endpoints, newest first */
        get: operations["listOperationalEndpoints"];
        put?: never;
        /** Of operational endpoints: create an endpoint */
        post: operations["createOperationalEndpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operational-endpoints/{endpointId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Of operational endpoints: get an endpoint */
        get: operations["getOperationalEndpoint"];
        put?: never;
        post?: never;
        /** Of operational endpoints: delete an endpoint; what is still to be delivered to it is cancelled */
        delete: operations["deleteOperationalEndpoint"];
        options?: never;
        head?: never;
        /** Of operational endpoints: change an endpoint by a JSON Merge Patch; null restores a default */
        patch: operations["changeOperationalEndpoint"];
        trace?: never;
    };
    "/v1/operational-endpoints/{endpointId}/enable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Of operational endpoints: enable an endpoint; queued deliveries are sent */
        post: operations["enableOperationalEndpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operational-endpoints/{endpointId}/disable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Of operational endpoints: disable an endpoint; its deliveries are queued until it is enabled */
        post: operations["disableOperationalEndpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operational-endpoints/{endpointId}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Of operational endpoints: pause an endpoint; it stays enabled, and its deliveries are queued until it is resumed */
        post: operations["pauseOperationalEndpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operational-endpoints/{endpointId}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Of operational endpoints: resume an endpoint; queued deliveries are sent */
        post: operations["resumeOperationalEndpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operational-endpoints/{endpointId}/secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Of operational endpoints: see the secrets that sign now */
        get: operations["getOperationalSecret"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operational-endpoints/{endpointId}/secret/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Of operational endpoints: give an endpoint a new secret */
        post: operations["rotateOperationalSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operational-endpoints/{endpointId}/secret/rotation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Of operational endpoints: have an endpoint get a new secret at a moment, or every so many days */
        put: operations["putOperationalSecretRotation"];
        post?: never;
        /** Of operational endpoints: have an endpoint get no new secret by itself */
        delete: operations["deleteOperationalSecretRotation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operational-endpoints/{endpointId}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Of operational endpoints: send a sample to an endpoint
         * @description One attempt, never retried, of an event that is not stored: the sample of the type where one is declared. Answers 200 also when the receiver failed. Disabled endpoints can be tested too.
         */
        post: operations["testOperationalEndpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operational-endpoints/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Of operational endpoints: send a sample to where an endpoint might be, without saving any
         * @description One attempt, never retried, of an event that is not stored. Answers 200 also when the receiver failed.
         */
        post: operations["testOperationalUnsavedEndpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operational-endpoints/{endpointId}/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Of operational endpoints: count what became of deliveries to an endpoint */
        get: operations["getOperationalEndpointStats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operational-endpoints/{endpointId}/recover": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Of operational endpoints: send again what failed of an endpoint
         * @description Makes a recovery of this endpoint. While it is disabled or paused, what is resent waits in its queue.
         */
        post: operations["recoverOperationalEndpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface webhooks {
    event: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * An event is delivered
         * @description The body is that of the format `standard`. Other formats: `cloudevents-binary`: CloudEvents 1.0, binary mode: the data alone, attributes as `ce-…` headers; `cloudevents-structured`: CloudEvents 1.0, structured mode: one JSON object of attributes and `data`; `raw`: The data alone, byte for byte; `form`: The members of the data as a web form sends its fields: strings as they are, other values as JSON text; takes objects alone; `dromo`: Dromo, managed webhooks: `{ event, data }`; `dromo-basic`: Dromo, basic webhooks: a form with the single field `uploadId`; `flatfile`: Flatfile: `{ env, scope, type, payload: { <type>: {…} } }`; `flow-sessions`: Flow sessions: `{ id, event, session_id, created, success, flow_name, metadata, data }`; `flows-platform`: Flows platform: `{ eventTimestamp, operationType, entityPath, entityId, entityKey, collectionPath, organizationId, data }`; `pulter`: Pulter: `{ id, templateId, event, index, count, totalRows, metadata, rows }`, `index` of `count` batches. Beside `webhook-signature`, where the endpoint asks for it: `github`: `X-Hub-Signature-256: sha256=<hex>`; `stripe`: `Stripe-Signature: t=<seconds>,v1=<hex>`, one `v1` for each secret; `shopify`: `X-Shopify-Hmac-Sha256: <base64>`; `slack`: `X-Slack-Signature: v0=<hex>` and `X-Slack-Request-Timestamp`.
         */
        post: operations["receiveEvent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface components {
    schemas: {
        ApiKey: {
            id: string;
            /** @enum {string} */
            environment: "test" | "production";
            /** @description Null: all tenants of the environment */
            tenant: string | null;
            name: string;
            scopes: ("read" | "send" | "endpoints" | "admin")[];
            /** @description How the key begins */
            displayPrefix: string;
            /** Format: date-time */
            createdAt: string;
            expiresAt: string | null;
            /** @description To the minute */
            lastUsedAt: string | null;
        };
        ApiKeyCreated: {
            id: string;
            /** @enum {string} */
            environment: "test" | "production";
            /** @description Null: all tenants of the environment */
            tenant: string | null;
            name: string;
            scopes: ("read" | "send" | "endpoints" | "admin")[];
            /** @description How the key begins */
            displayPrefix: string;
            /** Format: date-time */
            createdAt: string;
            expiresAt: string | null;
            /** @description To the minute */
            lastUsedAt: string | null;
            /** @description Shown this once; not given again for an idempotency key */
            key?: string;
        };
        Attempt: {
            id: string;
            round: number;
            /** @description From 1, in its round */
            number: number;
            /** @description Null where only a late answer came */
            outcome: ("success" | "failure") | null;
            /** @description The HTTP status; null if none came in time */
            status: number | null;
            /** @description `status`, `timed out`, `unreachable`, `tls failed`, `connection lost`, `invalid response` */
            failure: string | null;
            /** Format: date-time */
            startedAt: string;
            durationMs: number;
            responseHeaders: {
                [key: string]: string;
            } | null;
            /** @description Its first bytes, as text */
            responseBody: string | null;
            responseTruncated: boolean;
            /** @description An answer that came after something else had decided */
            late: {
                /** @enum {string} */
                outcome: "success" | "failure";
                /** @description The HTTP status; null if none came in time */
                status: number | null;
                /** @description `status`, `timed out`, `unreachable`, `tls failed`, `connection lost`, `invalid response` */
                failure: string | null;
                /** Format: date-time */
                at: string;
            } | null;
        };
        AuditEntry: {
            id: string;
            /** Format: date-time */
            at: string;
            /** @description Null: it is about no tenant */
            tenant: string | null;
            /** @enum {string} */
            action: "api_key.created" | "api_key.revoked" | "delivery.cancelled" | "delivery.paused" | "delivery.resumed" | "delivery.retried" | "endpoint.created" | "endpoint.changed" | "endpoint.deleted" | "endpoint.disabled" | "endpoint.enabled" | "endpoint.paused" | "endpoint.resumed" | "endpoint.retried" | "endpoint.secret_rotated" | "endpoint.secret_rotation_changed" | "environment.changed" | "event_type.created" | "event_type.changed" | "event_type.deleted" | "import.cancelled" | "import.paused" | "import.resumed" | "jwt_key.created" | "jwt_key.deleted" | "recovery.cancelled" | "recovery.created" | "tenant.created" | "tenant.changed" | "tenant.deleted";
            /** @description What it was done to: an id or a name, as the API shows it */
            subject: string;
            actor: {
                /**
                 * @description `key`: an API key; `system`: the service itself, or its operator
                 * @enum {string}
                 */
                kind: "key" | "system";
                /** @description Null: no key */
                keyId: string | null;
                /** @description Of the key at that moment; of `system`, where it comes from */
                name: string;
            };
            /** @description By field; null: it was not there, or is not any more. `…` stands for what is secret, and ends what is long */
            changes: {
                [key: string]: {
                    from: unknown;
                    to: unknown;
                };
            };
            /** @description Null: it came by no request */
            requestId: string | null;
        };
        Batch: {
            /** @description From 1 */
            number: number;
            /** @description The `webhook-id` of each of its attempts */
            webhookId: string;
            /** @description Among the rows that the delivery brings, from 0 */
            rowOffset: number;
            rowCount: number;
            /**
             * @description `next`: the one that is sent until it is acknowledged
             * @enum {string}
             */
            state: "acknowledged" | "next" | "waiting";
            /** @description Of its body, in hexadecimal; null before its first attempt */
            sha256: string | null;
            /** @description In all rounds */
            attemptCount: number;
            /** @description Newest first; the newest 200 */
            attempts: components["schemas"]["BatchAttempt"][];
        };
        BatchAttempt: {
            id: string;
            round: number;
            /** @description From 1, of this batch in its round */
            number: number;
            /** @enum {string} */
            outcome: "success" | "failure";
            /** @description The HTTP status; null if none came in time */
            status: number | null;
            /** @description `status`, `timed out`, `unreachable`, `tls failed`, `connection lost`, `invalid response` */
            failure: string | null;
            /** Format: date-time */
            startedAt: string;
            durationMs: number;
            responseHeaders: {
                [key: string]: string;
            } | null;
            /** @description Its first bytes, as text */
            responseBody: string | null;
            responseTruncated: boolean;
            /** @description It came after something else had decided */
            late: boolean;
        };
        BatchProgress: {
            paused: boolean;
            /** @description Null: they are not planned yet */
            batches: number | null;
            /** @description Batches: the first ones */
            acknowledged: number;
            totalRows: number;
            acknowledgedRows: number;
        };
        BatchSummary: {
            /** @description From 1 */
            number: number;
            /** @description The `webhook-id` of each of its attempts */
            webhookId: string;
            /** @description Among the rows that the delivery brings, from 0 */
            rowOffset: number;
            rowCount: number;
            /**
             * @description `next`: the one that is sent until it is acknowledged
             * @enum {string}
             */
            state: "acknowledged" | "next" | "waiting";
            /** @description Of its body, in hexadecimal; null before its first attempt */
            sha256: string | null;
            /** @description In all rounds */
            attemptCount: number;
        };
        Delivery: {
            id: string;
            eventId: string;
            endpointId: string;
            /** @description The product's own id of the tenant */
            tenant: string;
            eventType: string;
            format: string;
            /** @description Its event's */
            orderingKey: string | null;
            /** @description Its place among those of its endpoint and ordering key; null: in no order */
            orderingNumber: number | null;
            /** @description It failed, and those after it wait until it is delivered or cancelled */
            blocksOrder: boolean;
            /** @enum {string} */
            state: "pending" | "retrying" | "queued" | "delivered" | "failed" | "cancelled";
            /** @description Why it is queued, failed or cancelled, or ended early */
            reason: string | null;
            /** @description From 1; a resend opens the next */
            round: number;
            /** @description Attempts made in this round; in batches, of the one that is next */
            attemptCount: number;
            /** @description Attempts that this round has */
            attemptsAllowed: number;
            nextAttemptAt: string | null;
            /** @description `503`, `timed out`; null before the first */
            lastAnswer: string | null;
            /** @description Not sent from then on; null: never */
            expiresAt: string | null;
            /** Format: date-time */
            createdAt: string;
            finishedAt: string | null;
            /** @description Of all rounds, newest first; the newest 200 */
            attempts: components["schemas"]["Attempt"][];
            /** @description How far it is, where it brings an import's rows; null: it is one request */
            batches: components["schemas"]["BatchProgress"] | null;
            /** @description The workflow of its round; while it is queued, that of its endpoint */
            workflow: {
                id: string;
                /** @description In the Temporal UI */
                url: string | null;
            };
        };
        DeliverySummary: {
            id: string;
            eventId: string;
            endpointId: string;
            /** @description The product's own id of the tenant */
            tenant: string;
            eventType: string;
            format: string;
            /** @description Its event's */
            orderingKey: string | null;
            /** @description Its place among those of its endpoint and ordering key; null: in no order */
            orderingNumber: number | null;
            /** @description It failed, and those after it wait until it is delivered or cancelled */
            blocksOrder: boolean;
            /** @enum {string} */
            state: "pending" | "retrying" | "queued" | "delivered" | "failed" | "cancelled";
            /** @description Why it is queued, failed or cancelled, or ended early */
            reason: string | null;
            /** @description From 1; a resend opens the next */
            round: number;
            /** @description Attempts made in this round; in batches, of the one that is next */
            attemptCount: number;
            /** @description Attempts that this round has */
            attemptsAllowed: number;
            nextAttemptAt: string | null;
            /** @description `503`, `timed out`; null before the first */
            lastAnswer: string | null;
            /** @description Not sent from then on; null: never */
            expiresAt: string | null;
            /** Format: date-time */
            createdAt: string;
            finishedAt: string | null;
        };
        Endpoint: {
            id: string;
            /** @description The product's own id of the tenant */
            tenant: string;
            url: string;
            eventTypes: string[];
            filters: {
                [key: string]: string[];
            };
            /**
             * @description How many of the filters must match
             * @enum {string}
             */
            match: "any" | "all";
            require: {
                [key: string]: string[];
            };
            scope: string | null;
            /** @description As it was given; its catalog may be off, or not here any more */
            format: string;
            /** @description Made beside that of Standard Webhooks. `github`: `X-Hub-Signature-256: sha256=<hex>`; `stripe`: `Stripe-Signature: t=<seconds>,v1=<hex>`, one `v1` for each secret; `shopify`: `X-Shopify-Hmac-Sha256: <base64>`; `slack`: `X-Slack-Signature: v0=<hex>` and `X-Slack-Request-Timestamp` */
            signatures: ("github" | "stripe" | "shopify" | "slack")[];
            /** @description Of the custom headers; their values are not shown */
            headerNames: string[];
            retrySchedule: number[];
            timeoutMs: number;
            batchSize: number;
            rateLimitPerSecond: number | null;
            maxInFlight: number | null;
            /** @description Whether the events of an `orderingKey` are sent one after the other; an import's rows aren't in it */
            ordered: boolean;
            /**
             * @description Where `ordered`, what becomes of those after one that failed. `block`: they wait until it is retried or cancelled; `skip`: they go on
             * @enum {string}
             */
            onFailure: "block" | "skip";
            /** @description Whether requests carry a `traceparent` (W3C Trace Context): of the service's own span of the attempt, or, where it records none, as it came with the event */
            traceContext: boolean;
            description: string;
            metadata: {
                [key: string]: string;
            };
            enabled: boolean;
            /** @description How the system of the format shows such an endpoint; null: it has no view */
            view: {
                [key: string]: unknown;
            } | null;
            /** @description `owner`: by a person; `gone`: it answered 410; `failing`: it failed for too long */
            disabledReason: ("owner" | "gone" | "failing") | null;
            disabledAt: string | null;
            /** @description Since then its deliveries wait; null: they do not */
            pausedAt: string | null;
            /** @description How its requests go */
            health: {
                /** @description Attempts that failed since the last success */
                consecutiveFailures: number;
                failingSince: string | null;
                /** @description Since then it is only probed, and its deliveries wait; null: it is not */
                circuitOpenedAt: string | null;
                nextProbeAt: string | null;
            };
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
        };
        EndpointDryRun: {
            /** @description As it would be stored */
            endpoint: {
                /** @description The product's own id of the tenant */
                tenant: string;
                url: string;
                eventTypes: string[];
                filters: {
                    [key: string]: string[];
                };
                /**
                 * @description How many of the filters must match
                 * @enum {string}
                 */
                match: "any" | "all";
                require: {
                    [key: string]: string[];
                };
                scope: string | null;
                /** @description As it was given; its catalog may be off, or not here any more */
                format: string;
                /** @description Made beside that of Standard Webhooks. `github`: `X-Hub-Signature-256: sha256=<hex>`; `stripe`: `Stripe-Signature: t=<seconds>,v1=<hex>`, one `v1` for each secret; `shopify`: `X-Shopify-Hmac-Sha256: <base64>`; `slack`: `X-Slack-Signature: v0=<hex>` and `X-Slack-Request-Timestamp` */
                signatures: ("github" | "stripe" | "shopify" | "slack")[];
                /** @description Of the custom headers; their values are not shown */
                headerNames: string[];
                retrySchedule: number[];
                timeoutMs: number;
                batchSize: number;
                rateLimitPerSecond: number | null;
                maxInFlight: number | null;
                /** @description Whether the events of an `orderingKey` are sent one after the other; an import's rows aren't in it */
                ordered: boolean;
                /**
                 * @description Where `ordered`, what becomes of those after one that failed. `block`: they wait until it is retried or cancelled; `skip`: they go on
                 * @enum {string}
                 */
                onFailure: "block" | "skip";
                /** @description Whether requests carry a `traceparent` (W3C Trace Context): of the service's own span of the attempt, or, where it records none, as it came with the event */
                traceContext: boolean;
                description: string;
                metadata: {
                    [key: string]: string;
                };
                enabled: boolean;
                /** @description How the system of the format shows such an endpoint; null: it has no view */
                view: {
                    [key: string]: unknown;
                } | null;
            };
            /** @description Masked */
            secret: string;
            /** @description Of each type subscribed to: those named, and those declared and of catalogs that a pattern takes in and the format carries; 50 at most */
            samples: {
                eventType: string;
                /** @description Whether the data is the sample that the type declares */
                isDeclared: boolean;
                /** @description Those of the format */
                headers: {
                    [key: string]: string;
                };
                /** @description As it would be sent; null: see `problem` */
                body: string | null;
                /** @description Why the format can't carry the sample */
                problem: string | null;
            }[];
        };
        EndpointPatch: {
            url?: string;
            eventTypes?: string[];
            filters?: {
                [key: string]: string[] | null;
            } | null;
            match?: ("any" | "all") | null;
            require?: {
                [key: string]: string[] | null;
            } | null;
            scope?: string | null;
            format?: ("standard" | "cloudevents-binary" | "cloudevents-structured" | "raw" | "form" | "dromo" | "dromo-basic" | "flatfile" | "flow-sessions" | "flows-platform" | "pulter") | null;
            signatures?: ("github" | "stripe" | "shopify" | "slack")[] | null;
            headers?: {
                [key: string]: string | null;
            } | null;
            retrySchedule?: number[] | null;
            timeoutMs?: number | null;
            batchSize?: number | null;
            rateLimitPerSecond?: number | null;
            maxInFlight?: number | null;
            ordered?: boolean | null;
            onFailure?: ("block" | "skip") | null;
            traceContext?: boolean | null;
            description?: string | null;
            metadata?: {
                [key: string]: string | null;
            } | null;
            enabled?: boolean | null;
        };
        EndpointSecrets: {
            /** @description The newest; null: a key pair, see `publicKey` */
            secret: string | null;
            /** @description Of an ed25519 key pair (`whpk_…`), whose private half is never shown; else null */
            publicKey: string | null;
            /** @description All that sign now, newest first */
            secrets: {
                /** @description What to verify with; null: a key pair, see `publicKey` */
                secret: string | null;
                /** @description Of an ed25519 key pair (`whpk_…`), whose private half is never shown; else null */
                publicKey: string | null;
                /** Format: date-time */
                createdAt: string;
                /** @description When it stops signing; null: not set */
                expiresAt: string | null;
            }[];
            /** @description When it gets a new one by itself; null: it never does */
            rotation: components["schemas"]["SecretRotation"] | null;
        };
        EndpointTest: {
            /** @description As sent; there is no event of this id */
            webhookId: string;
            eventType: string;
            /** @enum {string} */
            outcome: "success" | "failure";
            /** @description The HTTP status; null if none came in time */
            status: number | null;
            /** @description `status`, `timed out`, `unreachable`, `tls failed`, `connection lost`, `invalid response` */
            failure: string | null;
            /** Format: date-time */
            startedAt: string;
            durationMs: number;
            responseHeaders: {
                [key: string]: string;
            } | null;
            /** @description Its first bytes, as text */
            responseBody: string | null;
            responseTruncated: boolean;
        };
        Environment: {
            /** @enum {string} */
            name: "test" | "production";
            /**
             * @description What becomes of events whose type is not declared; `accept` unless changed
             * @enum {string}
             */
            undeclaredTypes: "accept" | "refuse";
            /** @description Those that are on, whose types come ready and whose names are reserved; all unless changed */
            catalogs: ("dromo" | "everhook" | "flatfile" | "flow-sessions" | "flows-platform" | "pulter")[];
            /** @description Null: never changed */
            updatedAt: string | null;
        };
        EnvironmentPatch: {
            undeclaredTypes?: ("accept" | "refuse") | null;
            catalogs?: ("dromo" | "everhook" | "flatfile" | "flow-sessions" | "flows-platform" | "pulter")[] | null;
        };
        Event: {
            id: string;
            /** @description The product's own id of the tenant */
            tenant: string;
            type: string;
            /**
             * Format: date-time
             * @description When it happened
             */
            timestamp: string;
            attributes: {
                [key: string]: string | string[];
            };
            orderingKey: string | null;
            /** @description Not sent before; null: at once */
            deliverAt: string | null;
            /** @description Not sent from then on; null: never */
            expiresAt: string | null;
            /** Format: date-time */
            acceptedAt: string;
            /** @description Byte for byte as it was submitted; absent where it is not kept any more */
            data?: unknown;
            /** @description Its data is not kept any more, nor what was made of it: nothing is sent again */
            payloadExpired: boolean;
        };
        EventAccepted: {
            id: string;
            deliveries: {
                id: string;
                endpointId: string;
            }[];
        };
        EventSummary: {
            id: string;
            /** @description The product's own id of the tenant */
            tenant: string;
            type: string;
            /**
             * Format: date-time
             * @description When it happened
             */
            timestamp: string;
            attributes: {
                [key: string]: string | string[];
            };
            orderingKey: string | null;
            /** @description Not sent before; null: at once */
            deliverAt: string | null;
            /** @description Not sent from then on; null: never */
            expiresAt: string | null;
            /** Format: date-time */
            acceptedAt: string;
        };
        EventType: {
            name: string;
            title: string | null;
            description: string | null;
            group: string | null;
            /** @description With `group` it makes a matrix, a row for each group; null: none */
            action: string | null;
            /** @description When there are such events, in words; null: always */
            availability: string | null;
            /** @description Which rows of an import its events bring, in batches; such a type is subscribed to by its exact name, never through `*`; null: none */
            rows: ("all" | "valid" | "invalid") | null;
            /** @description Whose type it is; null: declared by oneself */
            catalog: string | null;
            /** @description As it was given; null: any data */
            schema: ({
                [key: string]: unknown;
            } | boolean) | null;
            /** @description As it was given; absent: none */
            sample?: unknown;
            /** @description Null: of a catalog */
            createdAt: string | null;
            updatedAt: string | null;
        };
        EventTypeDeclaration: {
            title?: string | null;
            description?: string | null;
            group?: string | null;
            /** @description A JSON Schema (2020-12) that the data of every event of the type must fit */
            schema?: ({
                [key: string]: unknown;
            } | boolean) | null;
            /** @description Sample data; must fit the schema */
            sample?: unknown;
            /** @description Which rows of an import its events bring, in batches; such a type is subscribed to by its exact name, never through `*`; absent: none */
            rows?: ("all" | "valid" | "invalid") | null;
        };
        Import: {
            /** @description The product's own id of the import, or the one that it was given */
            id: string;
            /** @description The product's own id of the tenant */
            tenant: string;
            /**
             * @description `open`: takes rows; `complete`: has them all, and its events are made
             * @enum {string}
             */
            state: "open" | "complete" | "cancelled";
            /** @description A delivery of its rows is held, and not at its end */
            paused: boolean;
            attributes: {
                [key: string]: string | string[];
            };
            /** @description The owner's own notes */
            metadata: {
                [key: string]: string;
            };
            eventTypes: string[];
            /** @description The one-off endpoint, without its secret; null: none */
            endpoint: {
                url: string;
                /** @enum {string} */
                format: "standard" | "cloudevents-binary" | "cloudevents-structured" | "raw" | "form" | "dromo" | "dromo-basic" | "flatfile" | "flow-sessions" | "flows-platform" | "pulter";
            } | null;
            /** @description Null: the endpoint's */
            batchSize: number | null;
            keepRows: boolean;
            rows: {
                total: number;
                valid: number;
                invalid: number;
                /** @description Of their data in UTF-8, a line feed after each counted */
                bytes: number;
                /** @description Since then they are gone; null: they are there */
                expiredAt: string | null;
            };
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
            completedAt: string | null;
            /** @description Byte for byte as it was given; null: none */
            data: {
                [key: string]: unknown;
            } | null;
            /** @description Those that bring its rows; the first 1000 */
            deliveries: components["schemas"]["ImportDelivery"][];
        };
        ImportCompleted: {
            /** @description The product's own id of the import, or the one that it was given */
            id: string;
            /** @constant */
            state: "complete";
            rows: {
                total: number;
                valid: number;
                invalid: number;
            };
            events: {
                id: string;
                type: string;
                /** @description Which rows its deliveries bring, in batches; null: none */
                rows: {
                    /** @enum {string} */
                    choice: "all" | "valid" | "invalid";
                    totalRows: number;
                } | null;
                /** @description Why no row is sent; null: some are, or it brings none */
                reason: string | null;
                deliveries: {
                    id: string;
                    endpointId: string;
                }[];
            }[];
        };
        ImportDelivery: {
            id: string;
            endpointId: string;
            eventType: string;
            /** @enum {string} */
            state: "pending" | "retrying" | "queued" | "delivered" | "failed" | "cancelled";
            paused: boolean;
            /** @description Null: they are not planned yet */
            batches: number | null;
            /** @description Batches: the first ones */
            acknowledged: number;
            totalRows: number;
            acknowledgedRows: number;
            /** @description Attempts made of the batch that is next, in this round */
            attemptCount: number;
            /** @description `503`, `timed out`; null before the first */
            lastAnswer: string | null;
            nextAttemptAt: string | null;
            /** @description Why it is queued, failed or cancelled */
            reason: string | null;
        };
        ImportRun: {
            /** @description The product's own id of the import, or the one that it was given */
            id: string;
            /** @enum {string} */
            state: "open" | "complete" | "cancelled";
            /** @description Those that bring its rows; the first 1000 */
            deliveries: {
                id: string;
                /** @enum {string} */
                state: "pending" | "retrying" | "queued" | "delivered" | "failed" | "cancelled";
                paused: boolean;
                /** @description Null: they are not planned yet */
                batches: number | null;
                /** @description Batches: the first ones */
                acknowledged: number;
                totalRows: number;
                acknowledgedRows: number;
            }[];
        };
        ImportSummary: {
            /** @description The product's own id of the import, or the one that it was given */
            id: string;
            /** @description The product's own id of the tenant */
            tenant: string;
            /**
             * @description `open`: takes rows; `complete`: has them all, and its events are made
             * @enum {string}
             */
            state: "open" | "complete" | "cancelled";
            /** @description A delivery of its rows is held, and not at its end */
            paused: boolean;
            attributes: {
                [key: string]: string | string[];
            };
            /** @description The owner's own notes */
            metadata: {
                [key: string]: string;
            };
            eventTypes: string[];
            /** @description The one-off endpoint, without its secret; null: none */
            endpoint: {
                url: string;
                /** @enum {string} */
                format: "standard" | "cloudevents-binary" | "cloudevents-structured" | "raw" | "form" | "dromo" | "dromo-basic" | "flatfile" | "flow-sessions" | "flows-platform" | "pulter";
            } | null;
            /** @description Null: the endpoint's */
            batchSize: number | null;
            keepRows: boolean;
            rows: {
                total: number;
                valid: number;
                invalid: number;
                /** @description Of their data in UTF-8, a line feed after each counted */
                bytes: number;
                /** @description Since then they are gone; null: they are there */
                expiredAt: string | null;
            };
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
            completedAt: string | null;
        };
        JwtKey: {
            id: string;
            /** @description Null: tokens that name no key, or another, are tried with it */
            kid: string | null;
            /** @enum {string} */
            algorithm: "RS256" | "ES256" | "HS256";
            /** @description PEM (SPKI); null: a shared secret */
            publicKey: string | null;
            /** @description SHA-256 of the public key (RFC 7638), base64url; null: a shared secret */
            thumbprint: string | null;
            name: string;
            /** Format: date-time */
            createdAt: string;
        };
        LineResult: {
            /** @description From 1 */
            line: number;
            /** @description As a request for this event alone would have been answered */
            status: number;
            /** @description Where it was accepted */
            id?: string;
            /**
             * @description Its idempotency key had been used before
             * @constant
             */
            replayed?: true;
            /** @description Where it was refused */
            problem?: components["schemas"]["Problem"];
        };
        Matching: {
            endpointId: string;
            /** @description Whether the endpoint, as it is now, wants the event */
            matched: boolean;
            /** @description Why it was not delivered, or not yet; null where there is nothing to say */
            reason: string | null;
            /** @description Decided when the event was accepted; null: none */
            delivery: {
                id: string;
                /** @enum {string} */
                state: "pending" | "retrying" | "queued" | "delivered" | "failed" | "cancelled";
            } | null;
        };
        NewApiKey: {
            name: string;
            /** @description Limits the key to this tenant */
            tenant?: string;
            /** @description `read`: see everything except secrets; `send`: submit events, and imports with their rows; retry and cancel deliveries; `endpoints`: create, change, test and delete endpoints; see and rotate their secrets; add and delete JWT keys; `admin`: manage tenants, event types and API keys; see the audit log. Absent: those of the key that makes it */
            scopes?: ("read" | "send" | "endpoints" | "admin")[];
            /**
             * Format: date-time
             * @description Absent: as the maker does
             */
            expiresAt?: string;
        };
        NewEndpoint: {
            /** @description Where requests go; a public https: address */
            url: string;
            /** @description Event types; `flow.*` for all below it, at any depth; `*` for all */
            eventTypes: string[];
            /** @description Attribute → accepted values. An attribute is a name, or a pointer into the data: `data./status` */
            filters?: {
                [key: string]: string[];
            };
            /**
             * @description How many of the filters must match
             * @enum {string}
             */
            match?: "any" | "all";
            /** @description Attribute → accepted values; every one must match, besides `filters` */
            require?: {
                [key: string]: string[];
            };
            /** @description What the endpoint is for, as `<attribute>:<value>`: it gets events with that attribute alone; the formats of some catalogs need one, and bound the endpoints in it */
            scope?: string;
            /**
             * @description `standard`: Standard Webhooks: `{ type, timestamp, data }`; `cloudevents-binary`: CloudEvents 1.0, binary mode: the data alone, attributes as `ce-…` headers; `cloudevents-structured`: CloudEvents 1.0, structured mode: one JSON object of attributes and `data`; `raw`: The data alone, byte for byte; `form`: The members of the data as a web form sends its fields: strings as they are, other values as JSON text; takes objects alone; `dromo`: Dromo, managed webhooks: `{ event, data }`; `dromo-basic`: Dromo, basic webhooks: a form with the single field `uploadId`; `flatfile`: Flatfile: `{ env, scope, type, payload: { <type>: {…} } }`; `flow-sessions`: Flow sessions: `{ id, event, session_id, created, success, flow_name, metadata, data }`; `flows-platform`: Flows platform: `{ eventTimestamp, operationType, entityPath, entityId, entityKey, collectionPath, organizationId, data }`; `pulter`: Pulter: `{ id, templateId, event, index, count, totalRows, metadata, rows }`, `index` of `count` batches
             * @enum {string}
             */
            format?: "standard" | "cloudevents-binary" | "cloudevents-structured" | "raw" | "form" | "dromo" | "dromo-basic" | "flatfile" | "flow-sessions" | "flows-platform" | "pulter";
            /** @description Made beside that of Standard Webhooks. `github`: `X-Hub-Signature-256: sha256=<hex>`; `stripe`: `Stripe-Signature: t=<seconds>,v1=<hex>`, one `v1` for each secret; `shopify`: `X-Shopify-Hmac-Sha256: <base64>`; `slack`: `X-Slack-Signature: v0=<hex>` and `X-Slack-Request-Timestamp` */
            signatures?: ("github" | "stripe" | "shopify" | "slack")[];
            /** @description Sent with every request; kept encrypted, so answers show only their names */
            headers?: {
                [key: string]: string;
            };
            /** @description Seconds to wait before each further attempt; empty: a single attempt */
            retrySchedule?: number[];
            /** @description How long the receiver may take to answer; unless given, 600000 for a batch of an import's rows */
            timeoutMs?: number;
            /** @description Rows in a request, of an import's; an import may say otherwise for itself */
            batchSize?: number;
            /** @description Requests per second at most, fractions allowed; null: no bound */
            rateLimitPerSecond?: number;
            /** @description Requests under way at once at most; null: no bound */
            maxInFlight?: number;
            /** @description Whether the events of an `orderingKey` are sent one after the other; an import's rows aren't in it */
            ordered?: boolean;
            /**
             * @description Where `ordered`, what becomes of those after one that failed. `block`: they wait until it is retried or cancelled; `skip`: they go on
             * @enum {string}
             */
            onFailure?: "block" | "skip";
            /** @description Whether requests carry a `traceparent` (W3C Trace Context): of the service's own span of the attempt, or, where it records none, as it came with the event */
            traceContext?: boolean;
            description?: string;
            /** @description The owner's own notes */
            metadata?: {
                [key: string]: string;
            };
            /** @description Signs the requests: `whsec_` and base64 of 24 to 64 bytes; any other text; or `whsk_` and base64 of an ed25519 key pair (seed, public key). Made when absent */
            secret?: string;
            /**
             * @description What to make where no `secret` is given: `hmac` a `whsec_…`, `ed25519` a key pair; `hmac`, or when rotating the kind of the newest, unless told
             * @enum {string}
             */
            secretKind?: "hmac" | "ed25519";
            /** @description While false, deliveries are queued */
            enabled?: boolean;
        };
        NewEndpointRecovery: {
            /**
             * Format: date-time
             * @description Of events accepted at this moment or later
             */
            since?: string;
            /**
             * Format: date-time
             * @description Of events accepted before this moment; those accepted later than the recovery never
             */
            until?: string;
            /** @description Of these event types; of all if absent */
            types?: string[];
            /**
             * @description What was `delivered` is sent again only where it is named here
             * @default [
             *       "failed"
             *     ]
             */
            states: ("delivered" | "failed" | "cancelled")[];
            /**
             * @description Deliveries given to their endpoints' queues in a second
             * @default 100
             */
            ratePerSecond: number;
        };
        NewEvent: {
            /** @description The event type, such as `flow.end` */
            type: string;
            /**
             * Format: date-time
             * @description When it happened; the moment of acceptance if absent
             */
            timestamp?: string;
            /** @description What endpoints filter on; not sent */
            attributes?: {
                [key: string]: string | string[];
            };
            /** @description Endpoints that are `ordered` get the events of a key one after the other; those without a key are in order with each other */
            orderingKey?: string;
            /**
             * Format: date-time
             * @description Not sent before; 90 days ahead at most (fewer where payloads are kept for less), and at once where it is over
             */
            deliverAt?: string;
            /**
             * Format: date-time
             * @description Not sent from then on: what is not delivered by then fails; later than `deliverAt`
             */
            expiresAt?: string;
            /** @description Sent with each of its deliveries, over the endpoint's own of the same name; kept encrypted */
            headers?: {
                [key: string]: string;
            };
            /** @description Receives this event alone, besides the endpoints that want it */
            endpoint?: {
                /** @description A public https: address */
                url: string;
                /**
                 * @description As of an endpoint; `standard` if absent
                 * @enum {string}
                 */
                format?: "standard" | "cloudevents-binary" | "cloudevents-structured" | "raw" | "form" | "dromo" | "dromo-basic" | "flatfile" | "flow-sessions" | "flows-platform" | "pulter";
                /** @description Signs its requests; without one they are not signed */
                secret?: string;
            };
            /** @description Any JSON; kept and sent byte for byte */
            data: unknown;
        };
        NewEventLine: {
            /** @description The event type, such as `flow.end` */
            type: string;
            /**
             * Format: date-time
             * @description When it happened; the moment of acceptance if absent
             */
            timestamp?: string;
            /** @description What endpoints filter on; not sent */
            attributes?: {
                [key: string]: string | string[];
            };
            /** @description Endpoints that are `ordered` get the events of a key one after the other; those without a key are in order with each other */
            orderingKey?: string;
            /**
             * Format: date-time
             * @description Not sent before; 90 days ahead at most (fewer where payloads are kept for less), and at once where it is over
             */
            deliverAt?: string;
            /**
             * Format: date-time
             * @description Not sent from then on: what is not delivered by then fails; later than `deliverAt`
             */
            expiresAt?: string;
            /** @description Sent with each of its deliveries, over the endpoint's own of the same name; kept encrypted */
            headers?: {
                [key: string]: string;
            };
            /** @description Receives this event alone, besides the endpoints that want it */
            endpoint?: {
                /** @description A public https: address */
                url: string;
                /**
                 * @description As of an endpoint; `standard` if absent
                 * @enum {string}
                 */
                format?: "standard" | "cloudevents-binary" | "cloudevents-structured" | "raw" | "form" | "dromo" | "dromo-basic" | "flatfile" | "flow-sessions" | "flows-platform" | "pulter";
                /** @description Signs its requests; without one they are not signed */
                secret?: string;
            };
            /** @description The same line again gives the first answer again, for 24 hours */
            idempotencyKey?: string;
            /** @description Any JSON; kept and sent byte for byte */
            data: unknown;
        };
        NewImport: {
            /** @description The product's own id of the import, or the one that it was given */
            id?: string;
            /** @description Of the events that it makes: what endpoints filter on; not sent */
            attributes?: {
                [key: string]: string | string[];
            };
            /** @description The owner's own notes */
            metadata?: {
                [key: string]: string;
            };
            /** @description When it is complete it makes an event of each */
            eventTypes?: string[];
            /** @description Receives the events of this import alone, besides the endpoints that want them */
            endpoint?: {
                /** @description A public https: address */
                url: string;
                /**
                 * @description As of an endpoint; `standard` if absent
                 * @enum {string}
                 */
                format?: "standard" | "cloudevents-binary" | "cloudevents-structured" | "raw" | "form" | "dromo" | "dromo-basic" | "flatfile" | "flow-sessions" | "flows-platform" | "pulter";
                /** @description Signs its requests; without one they are not signed */
                secret?: string;
            };
            /** @description Rows in a batch; the endpoint's if absent */
            batchSize?: number;
            /** @description `false`: rows go with the last acknowledgement; `true` if absent */
            keepRows?: boolean;
            /** @description What the product says of the import; kept and sent byte for byte */
            data?: {
                [key: string]: unknown;
            };
        };
        NewJwtKey: {
            /**
             * @description The one algorithm that it verifies
             * @enum {string}
             */
            algorithm: "RS256" | "ES256" | "HS256";
            /** @description Of RS256 (RSA, 2048 to 4096 bits) and ES256 (P-256): PEM (SPKI), or a JWK as an object */
            publicKey?: string | {
                [key: string]: unknown;
            };
            /** @description Of HS256: text of 32 bytes at least, used as it is; kept encrypted, never shown */
            secret?: string;
            /** @description What tokens name it by (`kid` of their header); absent: the `kid` of the JWK, if it has one */
            kid?: string;
            name?: string;
        };
        NewRecovery: {
            /** @description To these endpoints; to all if absent */
            endpointIds?: string[];
            /** @description Of these deliveries, as far as the other members hold for them, too */
            deliveryIds?: string[];
            /**
             * Format: date-time
             * @description Of events accepted at this moment or later
             */
            since?: string;
            /**
             * Format: date-time
             * @description Of events accepted before this moment; those accepted later than the recovery never
             */
            until?: string;
            /** @description Of these event types; of all if absent */
            types?: string[];
            /**
             * @description What was `delivered` is sent again only where it is named here
             * @default [
             *       "failed"
             *     ]
             */
            states: ("delivered" | "failed" | "cancelled")[];
            /**
             * @description Deliveries given to their endpoints' queues in a second
             * @default 100
             */
            ratePerSecond: number;
        };
        NewRow: {
            /** @description Made from its place if absent */
            id?: string;
            /** @description Kept and sent byte for byte */
            data: {
                [key: string]: unknown;
            };
            /** @description `true` if absent */
            valid?: boolean;
        };
        NewSecretRotation: {
            /**
             * @description Again and again after so many days; null: once, at `nextAt`
             * @default null
             */
            everyDays: number | null;
            /**
             * Format: date-time
             * @description When the next one is; after `everyDays` if absent
             */
            nextAt?: string;
            /**
             * @description How long the old secrets sign beside each new one
             * @default 86400
             */
            overlapSeconds: number;
        };
        /** @description Problem details (RFC 9457) */
        Problem: {
            /** @description A link to what the code means */
            type: string;
            title: string;
            status: number;
            /** @description What is wrong this time, and how to mend it */
            detail: string;
            /** @enum {string} */
            code: "bad_request" | "invalid_json" | "duplicate_member" | "unauthorized" | "forbidden" | "not_found" | "method_not_allowed" | "upload_incomplete" | "request_in_flight" | "endpoint_closed" | "recovery_completed" | "recovery_limit" | "scope_limit" | "endpoint_limit" | "secret_limit" | "jwt_key_limit" | "kid_in_use" | "name_reserved" | "catalog_conflict" | "rows_expired_resend" | "payload_expired_resend" | "event_expired" | "import_not_complete" | "import_cancelled" | "delivery_final" | "import_exists" | "import_not_open" | "offset_mismatch" | "tenant_in_use" | "rows_expired" | "payload_expired" | "body_too_large" | "row_too_large" | "import_too_large" | "unsupported_media_type" | "invalid_request" | "reserved_for_service" | "invalid_row" | "undeclared_type" | "data_breaks_schema" | "claims_refused" | "data_breaks_rule" | "data_unfit_for_format" | "idempotency_key_reused" | "internal_error" | "unavailable";
            requestId: string;
            errors: {
                /** @description A JSON pointer into the body, or #path/…, #query/…, #header/… */
                pointer: string;
                detail: string;
            }[];
            /** @description Of an upload of rows: how many the import has now, the offset to go on from */
            stored?: number;
        };
        Queues: {
            data: {
                endpointId: string;
                /** @description The product's own id of the tenant */
                tenant: string;
                /** @description Without its query */
                url: string;
                /** @enum {string} */
                state: "open" | "down" | "paused" | "disabled";
                /** @description What works its queue off: `looking` while it sends; null: there is none */
                drain: ("looking" | "resting") | null;
                /** @description Deliveries */
                retrying: number;
                /** @description Deliveries; counted up to 1000 */
                queued: number;
                /** @description When the event of the oldest was accepted */
                oldestQueuedAt: string | null;
                nextProbeAt: string | null;
                rateLimitPerSecond: number | null;
            }[];
            /** @description Whether all endpoints were looked at where something may wait; a bounded number is */
            isWhole: boolean;
        };
        Readiness: {
            ready: boolean;
            /** @description Part → `ok`, or what is wrong with it */
            parts: {
                [key: string]: string;
            };
        };
        Recovery: {
            id: string;
            /** @description The product's own id of the tenant */
            tenant: string;
            /**
             * @description `completed`: it has looked at all that it is about
             * @enum {string}
             */
            state: "running" | "completed" | "cancelled";
            /** @description Null: all */
            endpointIds: string[] | null;
            /** @description Null: all */
            types: string[] | null;
            since: string | null;
            until: string | null;
            states: ("delivered" | "failed" | "cancelled")[];
            ratePerSecond: number;
            /** @description Deliveries that matched when it was made; null: too many to count */
            total: number | null;
            /** @description Deliveries given a new round */
            resent: number;
            /** @description Left alone: their endpoint was deleted, the event or its rows have expired */
            skipped: number;
            /** @description It has looked at what was accepted up to this moment; null before the first */
            recoveredUntil: string | null;
            /** Format: date-time */
            createdAt: string;
            finishedAt: string | null;
            /** @description Null: all */
            deliveryIds: string[] | null;
            workflow: {
                id: string;
                /** @description In the Temporal UI */
                url: string | null;
            };
        };
        RecoverySummary: {
            id: string;
            /** @description The product's own id of the tenant */
            tenant: string;
            /**
             * @description `completed`: it has looked at all that it is about
             * @enum {string}
             */
            state: "running" | "completed" | "cancelled";
            /** @description Null: all */
            endpointIds: string[] | null;
            /** @description Null: all */
            types: string[] | null;
            since: string | null;
            until: string | null;
            states: ("delivered" | "failed" | "cancelled")[];
            ratePerSecond: number;
            /** @description Deliveries that matched when it was made; null: too many to count */
            total: number | null;
            /** @description Deliveries given a new round */
            resent: number;
            /** @description Left alone: their endpoint was deleted, the event or its rows have expired */
            skipped: number;
            /** @description It has looked at what was accepted up to this moment; null before the first */
            recoveredUntil: string | null;
            /** Format: date-time */
            createdAt: string;
            finishedAt: string | null;
        };
        Row: {
            /** @description The product's own, or a UUID that is always the same for this row */
            id: string;
            /** @description Byte for byte as it was given */
            data: {
                [key: string]: unknown;
            };
            valid: boolean;
        };
        RowPage: {
            data: components["schemas"]["Row"][];
            page: number;
            limit: number;
            /** @description Rows before the page */
            offset: number;
            onPage: number;
            totalCount: number;
            /** @description 0 where there are no rows */
            pageCount: number;
        };
        RowsAppended: {
            /** @description Rows of this request that are stored now and were not before */
            received: number;
            /** @description Rows of this request that had been stored before, as `offset` told */
            skipped: number;
            /** @description Rows that the import has, and the offset to go on from */
            stored: number;
        };
        SecretRotated: {
            /** @description The newest; null: a key pair, see `publicKey` */
            secret?: string | null;
            /** @description Of an ed25519 key pair (`whpk_…`), whose private half is never shown; else null */
            publicKey: string | null;
            /** @description All that sign now */
            secrets: {
                /** @description What to verify with; null: a key pair, see `publicKey` */
                secret?: string | null;
                /** @description Of an ed25519 key pair (`whpk_…`), whose private half is never shown; else null */
                publicKey: string | null;
                /** Format: date-time */
                createdAt: string;
                /** @description When it stops signing; null: not set */
                expiresAt: string | null;
            }[];
        };
        SecretRotation: {
            /** @description Null: once */
            everyDays: number | null;
            /** Format: date-time */
            nextAt: string;
            /** @description How long the old secrets sign beside the new one */
            overlapSeconds: number;
        };
        Settings: {
            settings: {
                /** @description The environment variable */
                variable: string;
                /** @description In effect now; null: unset; of a secret only `configured` */
                value: string | number | boolean | string[] | null;
                description: string;
            }[];
        };
        Stats: {
            /**
             * Format: date-time
             * @description Of events accepted from then on
             */
            from: string;
            /** Format: date-time */
            until: string;
            /** @description Whether all of the window was counted. At most the newest 5000 deliveries are; with more of them `from` is later than asked */
            isWhole: boolean;
            /** @description By the state in which they are now */
            deliveries: {
                total: number;
                pending: number;
                retrying: number;
                queued: number;
                delivered: number;
                failed: number;
                cancelled: number;
            };
            attempts: {
                total: number;
                success: number;
                failure: number;
            };
            /** @description Of the attempts counted */
            lastSuccessAt: string | null;
            /** @description Of the attempts counted */
            lastFailureAt: string | null;
            /** @description From sending to the answer */
            attemptDurationMs: {
                p50: number | null;
                p95: number | null;
                p99: number | null;
            };
            /** @description From acceptance to success, of what is delivered */
            timeToDeliverMs: {
                p50: number | null;
                p95: number | null;
                p99: number | null;
            };
        };
        Tenant: {
            /** @description The product's own id of the tenant */
            id: string;
            name: string | null;
            metadata: {
                [key: string]: string;
            };
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
        };
        TenantDefinition: {
            name?: string | null;
            /** @description The owner's own notes */
            metadata?: {
                [key: string]: string;
            };
        };
        UnsavedEndpoint: {
            /** @description Where requests go; a public https: address */
            url: string;
            eventType: string;
            /**
             * @description `standard`: Standard Webhooks: `{ type, timestamp, data }`; `cloudevents-binary`: CloudEvents 1.0, binary mode: the data alone, attributes as `ce-…` headers; `cloudevents-structured`: CloudEvents 1.0, structured mode: one JSON object of attributes and `data`; `raw`: The data alone, byte for byte; `form`: The members of the data as a web form sends its fields: strings as they are, other values as JSON text; takes objects alone; `dromo`: Dromo, managed webhooks: `{ event, data }`; `dromo-basic`: Dromo, basic webhooks: a form with the single field `uploadId`; `flatfile`: Flatfile: `{ env, scope, type, payload: { <type>: {…} } }`; `flow-sessions`: Flow sessions: `{ id, event, session_id, created, success, flow_name, metadata, data }`; `flows-platform`: Flows platform: `{ eventTimestamp, operationType, entityPath, entityId, entityKey, collectionPath, organizationId, data }`; `pulter`: Pulter: `{ id, templateId, event, index, count, totalRows, metadata, rows }`, `index` of `count` batches
             * @enum {string}
             */
            format?: "standard" | "cloudevents-binary" | "cloudevents-structured" | "raw" | "form" | "dromo" | "dromo-basic" | "flatfile" | "flow-sessions" | "flows-platform" | "pulter";
            /** @description Made beside that of Standard Webhooks. `github`: `X-Hub-Signature-256: sha256=<hex>`; `stripe`: `Stripe-Signature: t=<seconds>,v1=<hex>`, one `v1` for each secret; `shopify`: `X-Shopify-Hmac-Sha256: <base64>`; `slack`: `X-Slack-Signature: v0=<hex>` and `X-Slack-Request-Timestamp` */
            signatures?: ("github" | "stripe" | "shopify" | "slack")[];
            /** @description Signs the request; without one it is not signed */
            secret?: string;
            /** @description Sent with every request; kept encrypted, so answers show only their names */
            headers?: {
                [key: string]: string;
            };
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getLive: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It does */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {boolean} */
                        live: true;
                    };
                };
            };
        };
    };
    getReady: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ready */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            /** @description Not ready */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The metrics */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description `bad_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTenants: {
        parameters: {
            query?: {
                /** @description Items on the page */
                limit?: number;
                /** @description `nextCursor` of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Tenant"][];
                        /** @description For the next page; null at the end */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description `bad_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTenant: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The product's own id of the tenant */
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tenant"];
                };
            };
            /** @description `bad_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putTenant: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The product's own id of the tenant */
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TenantDefinition"];
            };
        };
        responses: {
            /** @description Changed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tenant"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tenant"];
                };
            };
            /** @description `bad_request`: The request is malformed; `invalid_json`: The body is not valid JSON; `duplicate_member`: A member of the body stands twice */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is larger than allowed */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body is not of a type that this route takes */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_request`: The request breaks a rule; `reserved_for_service`: This is for the service itself to do */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteTenant: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The product's own id of the tenant */
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; no body */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `tenant_in_use`: The tenant still has endpoints */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `reserved_for_service`: This is for the service itself to do */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listEndpoints: {
        parameters: {
            query?: {
                /** @description Items on the page */
                limit?: number;
                /** @description `nextCursor` of the page before */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The product's own id of the tenant */
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Endpoint"][];
                        /** @description For the next page; null at the end */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description `bad_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createEndpoint: {
        parameters: {
            query?: {
                /** @description `true`: nothing is stored; see what would be, and samples of what it would get */
                dryRun?: "true" | "false";
            };
            header?: {
                /** @description The same key and body again gives the first answer again, for 24 hours, with `Idempotency-Replayed: true` */
                "idempotency-key"?: string;
            };
            path: {
                /** @description The product's own id of the tenant */
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewEndpoint"];
            };
        };
        responses: {
            /** @description What would be created, of a dry run */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EndpointDryRun"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Endpoint"];
                };
            };
            /** @description `bad_request`: The request is malformed; `invalid_json`: The body is not valid JSON; `duplicate_member`: A member of the body stands twice */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_in_flight`: The same request is still being worked on; `endpoint_limit`: The tenant has all the endpoints it may have; `scope_limit`: The scope has all the endpoints it may have */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is larger than allowed */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body is not of a type that this route takes */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_request`: The request breaks a rule; `idempotency_key_reused`: The idempotency key was used with another body */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAllEndpoints: {
        parameters: {
            query?: {
                /** @description Items on the page */
                limit?: number;
                /** @description `nextCursor` of the page before */
                cursor?: string;
                /** @description The product's own id of the tenant */
                tenant?: string;
                /** @description This one alone, where its tenant is unknown */
                endpointId?: string;
                /** @description `open`: it is sent to; `down`: it is only probed; `paused` and `disabled`: its deliveries wait */
                state?: "open" | "down" | "paused" | "disabled";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Endpoint"][];
                        /** @description For the next page; null at the end */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description `bad_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEndpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The product's own id of the tenant */
                tenant: string;
                endpointId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Endpoint"];
                };
            };
            /** @description `bad_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteEndpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The product's own id of the tenant */
                tenant: string;
                endpointId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; no body */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeEndpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The product's own id of the tenant */
                tenant: string;
                endpointId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/merge-patch+json": components["schemas"]["EndpointPatch"];
                "application/json": components["schemas"]["EndpointPatch"];
            };
        };
        responses: {
            /** @description Changed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Endpoint"];
                };
            };
            /** @description `bad_request`: The request is malformed; `invalid_json`: The body is not valid JSON; `duplicate_member`: A member of the body stands twice */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `scope_limit`: The scope has all the endpoints it may have */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is larger than allowed */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body is not of a type that this route takes */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_request`: The request breaks a rule */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    enableEndpoint: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body again gives the first answer again, for 24 hours, with `Idempotency-Replayed: true` */
                "idempotency-key"?: string;
            };
            path: {
                /** @description The product's own id of the tenant */
                tenant: string;
                endpointId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Enabled */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Endpoint"];
                };
            };
            /** @description `bad_request`: The request is malformed; `invalid_json`: The body is not valid JSON; `duplicate_member`: A member of the body stands twice */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_in_flight`: The same request is still being worked on */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is larger than allowed */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body is not of a type that this route takes */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_request`: The request breaks a rule; `idempotency_key_reused`: The idempotency key was used with another body */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    disableEndpoint: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body again gives the first answer again, for 24 hours, with `Idempotency-Replayed: true` */
                "idempotency-key"?: string;
            };
            path: {
                /** @description The product's own id of the tenant */
                tenant: string;
                endpointId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Disabled */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Endpoint"];
                };
            };
            /** @description `bad_request`: The request is malformed; `invalid_json`: The body is not valid JSON; `duplicate_member`: A member of the body stands twice */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_in_flight`: The same request is still being worked on */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is larger than allowed */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body is not of a type that this route takes */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_request`: The request breaks a rule; `idempotency_key_reused`: The idempotency key was used with another body */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pauseEndpoint: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body again gives the first answer again, for 24 hours, with `Idempotency-Replayed: true` */
                "idempotency-key"?: string;
            };
            path: {
                /** @description The product's own id of the tenant */
                tenant: string;
                endpointId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Paused */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Endpoint"];
                };
            };
            /** @description `bad_request`: The request is malformed; `invalid_json`: The body is not valid JSON; `duplicate_member`: A member of the body stands twice */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_in_flight`: The same request is still being worked on */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is larger than allowed */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body is not of a type that this route takes */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_request`: The request breaks a rule; `idempotency_key_reused`: The idempotency key was used with another body */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resumeEndpoint: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body again gives the first answer again, for 24 hours, with `Idempotency-Replayed: true` */
                "idempotency-key"?: string;
            };
            path: {
                /** @description The product's own id of the tenant */
                tenant: string;
                endpointId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Not paused */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Endpoint"];
                };
            };
            /** @description `bad_request`: The request is malformed; `invalid_json`: The body is not valid JSON; `duplicate_member`: A member of the body stands twice */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_in_flight`: The same request is still being worked on */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is larger than allowed */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body is not of a type that this route takes */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_request`: The request breaks a rule; `idempotency_key_reused`: The idempotency key was used with another body */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The product's own id of the tenant */
                tenant: string;
                endpointId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EndpointSecrets"];
                };
            };
            /** @description `bad_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotateSecret: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body again gives the first answer again, for 24 hours, with `Idempotency-Replayed: true` */
                "idempotency-key"?: string;
            };
            path: {
                /** @description The product's own id of the tenant */
                tenant: string;
                endpointId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description How long the old secrets sign beside the new one; 0: they end at once
                     * @default 86400
                     */
                    overlapSeconds?: number;
                    /** @description Signs the requests: `whsec_` and base64 of 24 to 64 bytes; any other text; or `whsk_` and base64 of an ed25519 key pair (seed, public key). Made when absent */
                    secret?: string;
                    /**
                     * @description What to make where no `secret` is given: `hmac` a `whsec_…`, `ed25519` a key pair; `hmac`, or when rotating the kind of the newest, unless told
                     * @enum {string}
                     */
                    secretKind?: "hmac" | "ed25519";
                };
            };
        };
        responses: {
            /** @description Rotated; given again for an idempotency key, without secrets */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecretRotated"];
                };
            };
            /** @description `bad_request`: The request is malformed; `invalid_json`: The body is not valid JSON; `duplicate_member`: A member of the body stands twice */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_in_flight`: The same request is still being worked on; `secret_limit`: The endpoint has all the live secrets it may have */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is larger than allowed */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body is not of a type that this route takes */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_request`: The request breaks a rule; `idempotency_key_reused`: The idempotency key was used with another body */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putSecretRotation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The product's own id of the tenant */
                tenant: string;
                endpointId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewSecretRotation"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecretRotation"];
                };
            };
            /** @description `bad_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_request`: The request breaks a rule */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteSecretRotation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The product's own id of the tenant */
                tenant: string;
                endpointId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; no body */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    testEndpoint: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body again gives the first answer again, for 24 hours, with `Idempotency-Replayed: true` */
                "idempotency-key"?: string;
            };
            path: {
                /** @description The product's own id of the tenant */
                tenant: string;
                endpointId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    eventType: string;
                };
            };
        };
        responses: {
            /** @description What came back */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EndpointTest"];
                };
            };
            /** @description `bad_request`: The request is malformed; `invalid_json`: The body is not valid JSON; `duplicate_member`: A member of the body stands twice */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_in_flight`: The same request is still being worked on */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is larger than allowed */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body is not of a type that this route takes */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_request`: The request breaks a rule; `idempotency_key_reused`: The idempotency key was used with another body; `data_unfit_for_format`: The data doesn't fit the format of an endpoint */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    testUnsavedEndpoint: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body again gives the first answer again, for 24 hours, with `Idempotency-Replayed: true` */
                "idempotency-key"?: string;
            };
            path: {
                /** @description The product's own id of the tenant */
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UnsavedEndpoint"];
            };
        };
        responses: {
            /** @description What came back */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EndpointTest"];
                };
            };
            /** @description `bad_request`: The request is malformed; `invalid_json`: The body is not valid JSON; `duplicate_member`: A member of the body stands twice */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_in_flight`: The same request is still being worked on */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is larger than allowed */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body is not of a type that this route takes */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_request`: The request breaks a rule; `idempotency_key_reused`: The idempotency key was used with another body; `data_unfit_for_format`: The data doesn't fit the format of an endpoint */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEndpointStats: {
        parameters: {
            query?: {
                /** @description How far back events are counted */
                windowHours?: number;
            };
            header?: never;
            path: {
                /** @description The product's own id of the tenant */
                tenant: string;
                endpointId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Stats"];
                };
            };
            /** @description `bad_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listEventTypes: {
        parameters: {
            query?: {
                /** @description Items on the page */
                limit?: number;
                /** @description `nextCursor` of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["EventType"][];
                        /** @description For the next page; null at the end */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description `bad_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEventType: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventType"];
                };
            };
            /** @description `bad_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putEventType: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EventTypeDeclaration"];
            };
        };
        responses: {
            /** @description Changed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventType"];
                };
            };
            /** @description Declared */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventType"];
                };
            };
            /** @description `bad_request`: The request is malformed; `invalid_json`: The body is not valid JSON; `duplicate_member`: A member of the body stands twice */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `name_reserved`: The name is reserved */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is larger than allowed */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body is not of a type that this route takes */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_request`: The request breaks a rule */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteEventType: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; no body */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `name_reserved`: The name is reserved */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listEvents: {
        parameters: {
            query?: {
                /** @description Items on the page */
                limit?: number;
                /** @description `nextCursor` of the page before */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The product's own id of the tenant */
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["EventSummary"][];
                        /** @description For the next page; null at the end */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description `bad_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    acceptEvent: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body again gives the first answer again, for 24 hours, with `Idempotency-Replayed: true` */
                "idempotency-key"?: string;
            };
            path: {
                /** @description The product's own id of the tenant */
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewEvent"];
            };
        };
        responses: {
            /** @description Accepted, with one delivery per endpoint that wants it */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventAccepted"];
                };
            };
            /** @description `bad_request`: The request is malformed; `invalid_json`: The body is not valid JSON; `duplicate_member`: A member of the body stands twice */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_in_flight`: The same request is still being worked on */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is larger than allowed */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body is not of a type that this route takes */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_request`: The request breaks a rule; `idempotency_key_reused`: The idempotency key was used with another body; `undeclared_type`: The event type is not declared; `reserved_for_service`: This is for the service itself to do; `data_breaks_schema`: The data breaks the event type's schema; `data_breaks_rule`: The data breaks a rule of the event type's catalog; `claims_refused`: The tenant's own claims can't be relied on; `data_unfit_for_format`: The data doesn't fit the format of an endpoint */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAllEvents: {
        parameters: {
            query?: {
                /** @description Items on the page */
                limit?: number;
                /** @description `nextCursor` of the page before */
                cursor?: string;
                /** @description The product's own id of the tenant */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["EventSummary"][];
                        /** @description For the next page; null at the end */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description `bad_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEvent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The product's own id of the tenant */
                tenant: string;
                eventId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Event"];
                };
            };
            /** @description `bad_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMatching: {
        parameters: {
            query?: {
                /** @description Items on the page */
                limit?: number;
                /** @description `nextCursor` of the page before */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The product's own id of the tenant */
                tenant: string;
                eventId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Matching"][];
                        /** @description For the next page; null at the end */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description `bad_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload_expired`: What the event carried is not kept any more */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDeliveries: {
        parameters: {
            query?: {
                /** @description Items on the page */
                limit?: number;
                /** @description `nextCursor` of the page before */
                cursor?: string;
                endpointId?: string;
                eventId?: string;
                /** @description The event type */
                type?: string;
                state?: "pending" | "retrying" | "queued" | "delivered" | "failed" | "cancelled";
                /** @description Of events accepted at this moment or later */
                after?: string;
                /** @description Of events accepted before this moment */
                before?: string;
            };
            header?: never;
            path: {
                /** @description The product's own id of the tenant */
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. Looked for by type or state it may have fewer items than `limit`, or none, while there are more: 2000 deliveries are looked at for each. Go on until `nextCursor` is null. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["DeliverySummary"][];
                        /** @description For the next page; null at the end */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description `bad_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAllDeliveries: {
        parameters: {
            query?: {
                /** @description Items on the page */
                limit?: number;
                /** @description `nextCursor` of the page before */
                cursor?: string;
                endpointId?: string;
                eventId?: string;
                /** @description The event type */
                type?: string;
                state?: "pending" | "retrying" | "queued" | "delivered" | "failed" | "cancelled";
                /** @description Of events accepted at this moment or later */
                after?: string;
                /** @description Of events accepted before this moment */
                before?: string;
                /** @description The product's own id of the tenant */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. Looked for by type or state it may have fewer items than `limit`, or none, while there are more: 2000 deliveries are looked at for each. Go on until `nextCursor` is null. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["DeliverySummary"][];
                        /** @description For the next page; null at the end */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description `bad_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDelivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The product's own id of the tenant */
                tenant: string;
                deliveryId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Delivery"];
                };
            };
            /** @description `bad_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retryDelivery: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body again gives the first answer again, for 24 hours, with `Idempotency-Replayed: true` */
                "idempotency-key"?: string;
            };
            path: {
                /** @description The product's own id of the tenant */
                tenant: string;
                deliveryId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The attempt will be made */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        /**
                         * @description `brought forward`: the next attempt is due now; `new round`: it had ended
                         * @enum {string}
                         */
                        result: "brought forward" | "new round";
                    };
                };
            };
            /** @description `bad_request`: The request is malformed; `invalid_json`: The body is not valid JSON; `duplicate_member`: A member of the body stands twice */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_in_flight`: The same request is still being worked on; `endpoint_closed`: The endpoint is disabled, paused or deleted; `event_expired`: The event has expired; `payload_expired_resend`: What is to be sent is not kept any more */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is larger than allowed */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body is not of a type that this route takes */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_request`: The request breaks a rule; `idempotency_key_reused`: The idempotency key was used with another body */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelDelivery: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body again gives the first answer again, for 24 hours, with `Idempotency-Replayed: true` */
                "idempotency-key"?: string;
            };
            path: {
                /** @description The product's own id of the tenant */
                tenant: string;
                deliveryId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Cancelled */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliverySummary"];
                };
            };
            /** @description `bad_request`: The request is malformed; `invalid_json`: The body is not valid JSON; `duplicate_member`: A member of the body stands twice */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_in_flight`: The same request is still being worked on; `delivery_final`: The delivery has ended already */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is larger than allowed */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body is not of a type that this route takes */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_request`: The request breaks a rule; `idempotency_key_reused`: The idempotency key was used with another body */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listRecoveries: {
        parameters: {
            query?: {
                /** @description Items on the page */
                limit?: number;
                /** @description `nextCursor` of the page before */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The product's own id of the tenant */
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["RecoverySummary"][];
                        /** @description For the next page; null at the end */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description `bad_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createRecovery: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body again gives the first answer again, for 24 hours, with `Idempotency-Replayed: true` */
                "idempotency-key"?: string;
            };
            path: {
                /** @description The product's own id of the tenant */
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewRecovery"];
            };
        };
        responses: {
            /** @description It is running */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Recovery"];
                };
            };
            /** @description `bad_request`: The request is malformed; `invalid_json`: The body is not valid JSON; `duplicate_member`: A member of the body stands twice */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_in_flight`: The same request is still being worked on; `recovery_limit`: The tenant has all the running recoveries it may have */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is larger than allowed */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body is not of a type that this route takes */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_request`: The request breaks a rule; `idempotency_key_reused`: The idempotency key was used with another body */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRecovery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The product's own id of the tenant */
                tenant: string;
                recoveryId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Recovery"];
                };
            };
            /** @description `bad_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelRecovery: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body again gives the first answer again, for 24 hours, with `Idempotency-Replayed: true` */
                "idempotency-key"?: string;
            };
            path: {
                /** @description The product's own id of the tenant */
                tenant: string;
                recoveryId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Cancelled */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Recovery"];
                };
            };
            /** @description `bad_request`: The request is malformed; `invalid_json`: The body is not valid JSON; `duplicate_member`: A member of the body stands twice */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_in_flight`: The same request is still being worked on; `recovery_completed`: The recovery has completed already */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is larger than allowed */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body is not of a type that this route takes */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_request`: The request breaks a rule; `idempotency_key_reused`: The idempotency key was used with another body */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    recoverEndpoint: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body again gives the first answer again, for 24 hours, with `Idempotency-Replayed: true` */
                "idempotency-key"?: string;
            };
            path: {
                /** @description The product's own id of the tenant */
                tenant: string;
                endpointId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewEndpointRecovery"];
            };
        };
        responses: {
            /** @description It is running */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Recovery"];
                };
            };
            /** @description `bad_request`: The request is malformed; `invalid_json`: The body is not valid JSON; `duplicate_member`: A member of the body stands twice */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_in_flight`: The same request is still being worked on; `recovery_limit`: The tenant has all the running recoveries it may have */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is larger than allowed */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body is not of a type that this route takes */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_request`: The request breaks a rule; `idempotency_key_reused`: The idempotency key was used with another body */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listImports: {
        parameters: {
            query?: {
                /** @description Items on the page */
                limit?: number;
                /** @description `nextCursor` of the page before */
                cursor?: string;
                state?: "open" | "complete" | "cancelled";
                /** @description `true`: those of which a delivery is held; `false`: the others; all if absent */
                paused?: "true" | "false";
            };
            header?: never;
            path: {
                /** @description The product's own id of the tenant */
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["ImportSummary"][];
                        /** @description For the next page; null at the end */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description `bad_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createImport: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body again gives the first answer again, for 24 hours, with `Idempotency-Replayed: true` */
                "idempotency-key"?: string;
            };
            path: {
                /** @description The product's own id of the tenant */
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewImport"];
            };
        };
        responses: {
            /** @description Created; it is open */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Import"];
                };
            };
            /** @description `bad_request`: The request is malformed; `invalid_json`: The body is not valid JSON; `duplicate_member`: A member of the body stands twice */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_in_flight`: The same request is still being worked on; `import_exists`: There is an import of that id already */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is larger than allowed */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body is not of a type that this route takes */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_request`: The request breaks a rule; `idempotency_key_reused`: The idempotency key was used with another body; `reserved_for_service`: This is for the service itself to do */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAllImports: {
        parameters: {
            query?: {
                /** @description Items on the page */
                limit?: number;
                /** @description `nextCursor` of the page before */
                cursor?: string;
                state?: "open" | "complete" | "cancelled";
                /** @description `true`: those of which a delivery is held; `false`: the others; all if absent */
                paused?: "true" | "false";
                /** @description The product's own id of the tenant */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["ImportSummary"][];
                        /** @description For the next page; null at the end */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description `bad_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getImport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The product's own id of the tenant */
                tenant: string;
                /** @description The product's own id of the import, or the one that it was given */
                importId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Import"];
                };
            };
            /** @description `bad_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRows: {
        parameters: {
            query?: {
                /** @description From 1, which is the default */
                page?: number;
                /** @description Rows on the page; 50 if absent */
                limit?: number;
                /** @description Those that are, or are not; all if absent */
                valid?: "true" | "false";
                /** @description Of the stream: rows to leave out at the beginning */
                offset?: number;
            };
            header?: never;
            path: {
                /** @description The product's own id of the tenant */
                tenant: string;
                /** @description The product's own id of the import, or the one that it was given */
                importId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page, or the stream */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RowPage"];
                    "application/x-ndjson": components["schemas"]["Row"];
                };
            };
            /** @description `bad_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rows_expired`: The import's rows have expired */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    appendRows: {
        parameters: {
            query?: {
                /** @description Rows that are known to be stored before the first of the body; as many as there are if absent */
                offset?: number;
            };
            header?: never;
            path: {
                /** @description The product's own id of the tenant */
                tenant: string;
                /** @description The product's own id of the import, or the one that it was given */
                importId: string;
            };
            cookie?: never;
        };
        /** @description A row a line; or CSV, a text */
        requestBody: {
            content: {
                "application/x-ndjson": components["schemas"]["NewRow"] | string;
                "application/ndjson": components["schemas"]["NewRow"] | string;
                "application/jsonl": components["schemas"]["NewRow"] | string;
                "text/csv": components["schemas"]["NewRow"] | string;
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RowsAppended"];
                };
            };
            /** @description `bad_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `upload_incomplete`: The upload stopped before its end */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `import_not_open`: The import takes no more rows; `offset_mismatch`: The import has another number of rows */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rows_expired`: The import's rows have expired */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `row_too_large`: A row is larger than allowed; `import_too_large`: The import has all the rows it may have */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body is not of a type that this route takes */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_row`: A row is not as it should be */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pullFlatfileRows: {
        parameters: {
            query?: {
                /** @description From 1, which is the default */
                page?: number;
                /** @description Rows on the page; 50 if absent */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The product's own id of the import, or the one that it was given */
                batchId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        pagination: {
                            currentPage: number;
                            limit: number;
                            offset: number;
                            onPage: number;
                            totalCount: number;
                            pageCount: number;
                        };
                        data: {
                            id: string;
                            mapped: Record<string, never>;
                        }[];
                    };
                };
            };
            /** @description `bad_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rows_expired`: The import's rows have expired */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listBatches: {
        parameters: {
            query?: {
                /** @description Items on the page */
                limit?: number;
                /** @description `nextCursor` of the page before */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The product's own id of the tenant */
                tenant: string;
                deliveryId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["BatchSummary"][];
                        /** @description For the next page; null at the end */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description `bad_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getBatch: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The product's own id of the tenant */
                tenant: string;
                deliveryId: string;
                /** @description Of the batch, from 1 */
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Batch"];
                };
            };
            /** @description `bad_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pauseImport: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body again gives the first answer again, for 24 hours, with `Idempotency-Replayed: true` */
                "idempotency-key"?: string;
            };
            path: {
                /** @description The product's own id of the tenant */
                tenant: string;
                /** @description The product's own id of the import, or the one that it was given */
                importId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportRun"];
                };
            };
            /** @description `bad_request`: The request is malformed; `invalid_json`: The body is not valid JSON; `duplicate_member`: A member of the body stands twice */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_in_flight`: The same request is still being worked on; `import_not_complete`: The import is not complete; `import_cancelled`: The import was cancelled */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is larger than allowed */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body is not of a type that this route takes */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_request`: The request breaks a rule; `idempotency_key_reused`: The idempotency key was used with another body */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resumeImport: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body again gives the first answer again, for 24 hours, with `Idempotency-Replayed: true` */
                "idempotency-key"?: string;
            };
            path: {
                /** @description The product's own id of the tenant */
                tenant: string;
                /** @description The product's own id of the import, or the one that it was given */
                importId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportRun"];
                };
            };
            /** @description `bad_request`: The request is malformed; `invalid_json`: The body is not valid JSON; `duplicate_member`: A member of the body stands twice */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_in_flight`: The same request is still being worked on; `import_not_complete`: The import is not complete; `import_cancelled`: The import was cancelled */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is larger than allowed */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body is not of a type that this route takes */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_request`: The request breaks a rule; `idempotency_key_reused`: The idempotency key was used with another body */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelImport: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body again gives the first answer again, for 24 hours, with `Idempotency-Replayed: true` */
                "idempotency-key"?: string;
            };
            path: {
                /** @description The product's own id of the tenant */
                tenant: string;
                /** @description The product's own id of the import, or the one that it was given */
                importId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportRun"];
                };
            };
            /** @description `bad_request`: The request is malformed; `invalid_json`: The body is not valid JSON; `duplicate_member`: A member of the body stands twice */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_in_flight`: The same request is still being worked on */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is larger than allowed */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body is not of a type that this route takes */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_request`: The request breaks a rule; `idempotency_key_reused`: The idempotency key was used with another body */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listApiKeys: {
        parameters: {
            query?: {
                /** @description Items on the page */
                limit?: number;
                /** @description `nextCursor` of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["ApiKey"][];
                        /** @description For the next page; null at the end */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description `bad_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createApiKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body again gives the first answer again, for 24 hours, with `Idempotency-Replayed: true` */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewApiKey"];
            };
        };
        responses: {
            /** @description Created; the key is shown this once */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKeyCreated"];
                };
            };
            /** @description `bad_request`: The request is malformed; `invalid_json`: The body is not valid JSON; `duplicate_member`: A member of the body stands twice */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_in_flight`: The same request is still being worked on */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is larger than allowed */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body is not of a type that this route takes */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_request`: The request breaks a rule; `idempotency_key_reused`: The idempotency key was used with another body */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                keyId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
            /** @description `bad_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                keyId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; no body */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    completeImport: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body again gives the first answer again, for 24 hours, with `Idempotency-Replayed: true` */
                "idempotency-key"?: string;
            };
            path: {
                /** @description The product's own id of the tenant */
                tenant: string;
                /** @description The product's own id of the import, or the one that it was given */
                importId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Complete; its events are on their way */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportCompleted"];
                };
            };
            /** @description `bad_request`: The request is malformed; `invalid_json`: The body is not valid JSON; `duplicate_member`: A member of the body stands twice */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_in_flight`: The same request is still being worked on; `import_not_open`: The import takes no more rows */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rows_expired`: The import's rows have expired */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is larger than allowed */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body is not of a type that this route takes */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_request`: The request breaks a rule; `idempotency_key_reused`: The idempotency key was used with another body; `undeclared_type`: The event type is not declared; `data_breaks_schema`: The data breaks the event type's schema; `data_breaks_rule`: The data breaks a rule of the event type's catalog; `claims_refused`: The tenant's own claims can't be relied on; `data_unfit_for_format`: The data doesn't fit the format of an endpoint */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listJwtKeys: {
        parameters: {
            query?: {
                /** @description Items on the page */
                limit?: number;
                /** @description `nextCursor` of the page before */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The product's own id of the tenant */
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["JwtKey"][];
                        /** @description For the next page; null at the end */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description `bad_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createJwtKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body again gives the first answer again, for 24 hours, with `Idempotency-Replayed: true` */
                "idempotency-key"?: string;
            };
            path: {
                /** @description The product's own id of the tenant */
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewJwtKey"];
            };
        };
        responses: {
            /** @description Added */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JwtKey"];
                };
            };
            /** @description `bad_request`: The request is malformed; `invalid_json`: The body is not valid JSON; `duplicate_member`: A member of the body stands twice */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_in_flight`: The same request is still being worked on; `jwt_key_limit`: The tenant has all the JWT keys it may have; `kid_in_use`: Another JWT key of the tenant has this kid */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is larger than allowed */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body is not of a type that this route takes */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_request`: The request breaks a rule; `idempotency_key_reused`: The idempotency key was used with another body; `reserved_for_service`: This is for the service itself to do */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getJwtKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The product's own id of the tenant */
                tenant: string;
                keyId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JwtKey"];
                };
            };
            /** @description `bad_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteJwtKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The product's own id of the tenant */
                tenant: string;
                keyId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; no body */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEnvironment: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Environment"];
                };
            };
            /** @description `bad_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeEnvironment: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/merge-patch+json": components["schemas"]["EnvironmentPatch"];
                "application/json": components["schemas"]["EnvironmentPatch"];
            };
        };
        responses: {
            /** @description Changed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Environment"];
                };
            };
            /** @description `bad_request`: The request is malformed; `invalid_json`: The body is not valid JSON; `duplicate_member`: A member of the body stands twice */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `catalog_conflict`: A catalog has the name of another event type */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is larger than allowed */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body is not of a type that this route takes */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_request`: The request breaks a rule */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAudit: {
        parameters: {
            query?: {
                /** @description Items on the page */
                limit?: number;
                /** @description `nextCursor` of the page before */
                cursor?: string;
                /** @description The product's own id of the tenant */
                tenant?: string;
                /** @description What it was done to: an id or a name, as the API shows it */
                subject?: string;
                action?: "api_key.created" | "api_key.revoked" | "delivery.cancelled" | "delivery.paused" | "delivery.resumed" | "delivery.retried" | "endpoint.created" | "endpoint.changed" | "endpoint.deleted" | "endpoint.disabled" | "endpoint.enabled" | "endpoint.paused" | "endpoint.resumed" | "endpoint.retried" | "endpoint.secret_rotated" | "endpoint.secret_rotation_changed" | "environment.changed" | "event_type.created" | "event_type.changed" | "event_type.deleted" | "import.cancelled" | "import.paused" | "import.resumed" | "jwt_key.created" | "jwt_key.deleted" | "recovery.cancelled" | "recovery.created" | "tenant.created" | "tenant.changed" | "tenant.deleted";
                /** @description At this moment or later */
                after?: string;
                /** @description Before this moment */
                before?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["AuditEntry"][];
                        /** @description For the next page; null at the end */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description `bad_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSettings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settings"];
                };
            };
            /** @description `bad_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getStats: {
        parameters: {
            query?: {
                /** @description How far back events are counted */
                windowHours?: number;
                /** @description The product's own id of the tenant */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Stats"];
                };
            };
            /** @description `bad_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getQueues: {
        parameters: {
            query?: {
                /** @description Items on the page */
                limit?: number;
                /** @description The product's own id of the tenant */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Queues"];
                };
            };
            /** @description `bad_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    acceptBulk: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The product's own id of the tenant */
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-ndjson": components["schemas"]["NewEventLine"];
            };
        };
        responses: {
            /** @description What became of each line */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": components["schemas"]["LineResult"];
                };
            };
            /** @description `bad_request`: The request is malformed; `invalid_json`: The body is not valid JSON; `duplicate_member`: A member of the body stands twice */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is larger than allowed */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body is not of a type that this route takes */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_request`: The request breaks a rule */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listOperationalEndpoints: {
        parameters: {
            query?: {
                /** @description Items on the page */
                limit?: number;
                /** @description `nextCursor` of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Endpoint"][];
                        /** @description For the next page; null at the end */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description `bad_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createOperationalEndpoint: {
        parameters: {
            query?: {
                /** @description `true`: nothing is stored; see what would be, and samples of what it would get */
                dryRun?: "true" | "false";
            };
            header?: {
                /** @description The same key and body again gives the first answer again, for 24 hours, with `Idempotency-Replayed: true` */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewEndpoint"];
            };
        };
        responses: {
            /** @description What would be created, of a dry run */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EndpointDryRun"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Endpoint"];
                };
            };
            /** @description `bad_request`: The request is malformed; `invalid_json`: The body is not valid JSON; `duplicate_member`: A member of the body stands twice */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_in_flight`: The same request is still being worked on; `endpoint_limit`: The tenant has all the endpoints it may have; `scope_limit`: The scope has all the endpoints it may have */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is larger than allowed */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body is not of a type that this route takes */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_request`: The request breaks a rule; `idempotency_key_reused`: The idempotency key was used with another body */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOperationalEndpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                endpointId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Endpoint"];
                };
            };
            /** @description `bad_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteOperationalEndpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                endpointId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; no body */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeOperationalEndpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                endpointId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/merge-patch+json": components["schemas"]["EndpointPatch"];
                "application/json": components["schemas"]["EndpointPatch"];
            };
        };
        responses: {
            /** @description Changed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Endpoint"];
                };
            };
            /** @description `bad_request`: The request is malformed; `invalid_json`: The body is not valid JSON; `duplicate_member`: A member of the body stands twice */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `scope_limit`: The scope has all the endpoints it may have */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is larger than allowed */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body is not of a type that this route takes */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_request`: The request breaks a rule */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    enableOperationalEndpoint: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body again gives the first answer again, for 24 hours, with `Idempotency-Replayed: true` */
                "idempotency-key"?: string;
            };
            path: {
                endpointId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Enabled */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Endpoint"];
                };
            };
            /** @description `bad_request`: The request is malformed; `invalid_json`: The body is not valid JSON; `duplicate_member`: A member of the body stands twice */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_in_flight`: The same request is still being worked on */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is larger than allowed */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body is not of a type that this route takes */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_request`: The request breaks a rule; `idempotency_key_reused`: The idempotency key was used with another body */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    disableOperationalEndpoint: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body again gives the first answer again, for 24 hours, with `Idempotency-Replayed: true` */
                "idempotency-key"?: string;
            };
            path: {
                endpointId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Disabled */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Endpoint"];
                };
            };
            /** @description `bad_request`: The request is malformed; `invalid_json`: The body is not valid JSON; `duplicate_member`: A member of the body stands twice */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_in_flight`: The same request is still being worked on */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is larger than allowed */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body is not of a type that this route takes */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_request`: The request breaks a rule; `idempotency_key_reused`: The idempotency key was used with another body */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pauseOperationalEndpoint: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body again gives the first answer again, for 24 hours, with `Idempotency-Replayed: true` */
                "idempotency-key"?: string;
            };
            path: {
                endpointId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Paused */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Endpoint"];
                };
            };
            /** @description `bad_request`: The request is malformed; `invalid_json`: The body is not valid JSON; `duplicate_member`: A member of the body stands twice */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_in_flight`: The same request is still being worked on */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is larger than allowed */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body is not of a type that this route takes */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_request`: The request breaks a rule; `idempotency_key_reused`: The idempotency key was used with another body */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resumeOperationalEndpoint: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body again gives the first answer again, for 24 hours, with `Idempotency-Replayed: true` */
                "idempotency-key"?: string;
            };
            path: {
                endpointId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Not paused */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Endpoint"];
                };
            };
            /** @description `bad_request`: The request is malformed; `invalid_json`: The body is not valid JSON; `duplicate_member`: A member of the body stands twice */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_in_flight`: The same request is still being worked on */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is larger than allowed */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body is not of a type that this route takes */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_request`: The request breaks a rule; `idempotency_key_reused`: The idempotency key was used with another body */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOperationalSecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                endpointId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EndpointSecrets"];
                };
            };
            /** @description `bad_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotateOperationalSecret: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body again gives the first answer again, for 24 hours, with `Idempotency-Replayed: true` */
                "idempotency-key"?: string;
            };
            path: {
                endpointId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description How long the old secrets sign beside the new one; 0: they end at once
                     * @default 86400
                     */
                    overlapSeconds?: number;
                    /** @description Signs the requests: `whsec_` and base64 of 24 to 64 bytes; any other text; or `whsk_` and base64 of an ed25519 key pair (seed, public key). Made when absent */
                    secret?: string;
                    /**
                     * @description What to make where no `secret` is given: `hmac` a `whsec_…`, `ed25519` a key pair; `hmac`, or when rotating the kind of the newest, unless told
                     * @enum {string}
                     */
                    secretKind?: "hmac" | "ed25519";
                };
            };
        };
        responses: {
            /** @description Rotated; given again for an idempotency key, without secrets */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecretRotated"];
                };
            };
            /** @description `bad_request`: The request is malformed; `invalid_json`: The body is not valid JSON; `duplicate_member`: A member of the body stands twice */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_in_flight`: The same request is still being worked on; `secret_limit`: The endpoint has all the live secrets it may have */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is larger than allowed */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body is not of a type that this route takes */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_request`: The request breaks a rule; `idempotency_key_reused`: The idempotency key was used with another body */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putOperationalSecretRotation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                endpointId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewSecretRotation"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecretRotation"];
                };
            };
            /** @description `bad_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_request`: The request breaks a rule */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteOperationalSecretRotation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                endpointId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; no body */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    testOperationalEndpoint: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body again gives the first answer again, for 24 hours, with `Idempotency-Replayed: true` */
                "idempotency-key"?: string;
            };
            path: {
                endpointId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    eventType: string;
                };
            };
        };
        responses: {
            /** @description What came back */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EndpointTest"];
                };
            };
            /** @description `bad_request`: The request is malformed; `invalid_json`: The body is not valid JSON; `duplicate_member`: A member of the body stands twice */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_in_flight`: The same request is still being worked on */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is larger than allowed */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body is not of a type that this route takes */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_request`: The request breaks a rule; `idempotency_key_reused`: The idempotency key was used with another body; `data_unfit_for_format`: The data doesn't fit the format of an endpoint */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    testOperationalUnsavedEndpoint: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body again gives the first answer again, for 24 hours, with `Idempotency-Replayed: true` */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UnsavedEndpoint"];
            };
        };
        responses: {
            /** @description What came back */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EndpointTest"];
                };
            };
            /** @description `bad_request`: The request is malformed; `invalid_json`: The body is not valid JSON; `duplicate_member`: A member of the body stands twice */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_in_flight`: The same request is still being worked on */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is larger than allowed */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body is not of a type that this route takes */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_request`: The request breaks a rule; `idempotency_key_reused`: The idempotency key was used with another body; `data_unfit_for_format`: The data doesn't fit the format of an endpoint */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOperationalEndpointStats: {
        parameters: {
            query?: {
                /** @description How far back events are counted */
                windowHours?: number;
            };
            header?: never;
            path: {
                endpointId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Stats"];
                };
            };
            /** @description `bad_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    recoverOperationalEndpoint: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body again gives the first answer again, for 24 hours, with `Idempotency-Replayed: true` */
                "idempotency-key"?: string;
            };
            path: {
                endpointId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewEndpointRecovery"];
            };
        };
        responses: {
            /** @description It is running */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Recovery"];
                };
            };
            /** @description `bad_request`: The request is malformed; `invalid_json`: The body is not valid JSON; `duplicate_member`: A member of the body stands twice */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No valid API key was given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The API key may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_in_flight`: The same request is still being worked on; `recovery_limit`: The tenant has all the running recoveries it may have */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is larger than allowed */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body is not of a type that this route takes */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_request`: The request breaks a rule; `idempotency_key_reused`: The idempotency key was used with another body */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: The service cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    receiveEvent: {
        parameters: {
            query?: never;
            header: {
                /** @description The event: the same at every attempt and resend, so that a repeat can be told */
                "webhook-id": string;
                /** @description When this attempt was made, in whole seconds since 1970 */
                "webhook-timestamp": string;
                /** @description `v1,` and the base64 of HMAC-SHA256 over `<webhook-id>.<webhook-timestamp>.<body>`; or `v1a,` and the base64 of an ed25519 signature of the same; one for each live secret, parted by spaces */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The event type */
                    type: string;
                    /**
                     * Format: date-time
                     * @description When it happened
                     */
                    timestamp: string;
                    /** @description As it was submitted, byte for byte */
                    data: unknown;
                } & {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description Gone: the endpoint is disabled */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Slow down: tried again, after `Retry-After` if given */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Received; the delivery is done */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Anything else, and no answer in time: tried again */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
}
