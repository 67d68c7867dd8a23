use lambda_http::{run, service_fn, Body, Error, Request, Response};
async fn hello(_event: Request) -> Result<Response<Body>, Error> {
    Ok(Response::builder().status(200).body("Hello World".into())?)
}
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> { run(service_fn(hello)).await }
