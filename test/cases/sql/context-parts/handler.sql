SELECT context('clientContext.custom.n') AS n, context('identity.cognitoIdentityId') AS id, context() ->> '$.requestId' AS request;
