require('@sentry/node').init({})
