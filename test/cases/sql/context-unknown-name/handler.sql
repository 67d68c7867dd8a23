SELECT context('requestID') AS id;
