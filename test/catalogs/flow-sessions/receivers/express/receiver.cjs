const express = require('express');
const router = require('./webhook.cjs');

express().use(router).listen(Number(process.env.PORT), '127.0.0.1');
