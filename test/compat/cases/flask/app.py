from apig_wsgi import make_lambda_handler
from flask import Flask, jsonify, request

app = Flask(__name__)


@app.get("/hello/<name>")
def hello(name):
    app.logger.warning("asked for %s", name)
    return jsonify(hello=name, query=request.args)


@app.get("/fails")
def fails():
    raise ValueError("in a view")


handler = make_lambda_handler(app)
