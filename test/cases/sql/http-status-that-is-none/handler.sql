SELECT :status AS statusCode;
