SELECT context('traceId') AS trace, context('identity.cognitoIdentityId') AS id;
