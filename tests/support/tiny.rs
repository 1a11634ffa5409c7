//! A tiny schema behind the real transport, for tests over HTTP and for the audits.

use actix_web::{App, HttpRequest, HttpServer, web};
use async_graphql::{EmptySubscription, Enum, Error, ErrorExtensions, InputObject, Object, Schema};
use faisceau::api::edge::gate::Gate;
use faisceau::api::graphql::coercion::TypeCatalogue;
use faisceau::api::graphql::playground;
use faisceau::api::graphql::transport::{self, Limits};
use faisceau::api::graphql::trusted::TrustedDocuments;

pub struct Query;

#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum Sex {
    F,
    M,
}

#[derive(InputObject)]
pub struct Participation {
    pub reference: String,
    pub sex: Sex,
}

#[derive(InputObject)]
pub struct Statement {
    pub participations: Vec<Participation>,
}

/// What the caller's `X-Caller` header says, as resolvers see it.
pub struct Caller(pub String);

#[Object]
impl Query {
    async fn echo(&self, text: String) -> String {
        text
    }

    async fn caller(&self, context: &async_graphql::Context<'_>) -> String {
        context.data_unchecked::<Caller>().0.clone()
    }

    async fn count(&self, statement: Statement) -> usize {
        statement.participations.iter().filter(|participation| participation.sex == Sex::F).count()
    }

    /// A list with pages.
    async fn items(&self, first: Option<i32>) -> Vec<Query> {
        (0..first.unwrap_or(20)).map(|_| Query).collect()
    }

    async fn refused(&self) -> Result<String, Error> {
        Err(Error::new("No 7503123456 here.").extend_with(|_, extensions| extensions.set("code", "NOT_FOUND")))
    }

    async fn broken(&self) -> Result<Option<String>, Error> {
        Err(Error::new("row (7503123456, Jeanne) violates something"))
    }

    async fn panicking(&self) -> bool {
        assert!(!std::hint::black_box(true), "a resolver panics");
        true
    }
}

pub struct Mutation;

#[Object]
impl Mutation {
    async fn touch(&self) -> bool {
        true
    }
}

pub type Tiny = Schema<Query, Mutation, EmptySubscription>;

pub fn schema() -> (Tiny, TypeCatalogue) {
    let schema = Schema::new(Query, Mutation, EmptySubscription);
    let catalogue = TypeCatalogue::from_sdl(&schema.sdl()).expect("our own SDL can be read");
    (schema, catalogue)
}

/// Starts the server on a port (0: any) and gives its port; it runs until its system ends.
pub fn start(port: u16, limits: Limits) -> std::io::Result<(actix_web::dev::Server, u16)> {
    let served = web::Data::new((schema(), limits));
    let server = HttpServer::new(move || {
        App::new().app_data(served.clone()).route("/graphql", web::route().to(graphql)).configure(playground::configure)
    })
    .workers(1)
    .disable_signals()
    .bind(("127.0.0.1", port))?;
    let port = server.addrs()[0].port();
    Ok((server.run(), port))
}

type Served = ((Tiny, TypeCatalogue), Limits);

async fn graphql(request: HttpRequest, payload: web::Payload, served: web::Data<Served>) -> actix_web::HttpResponse {
    let ((schema, catalogue), limits) = served.get_ref();
    let caller = request.headers().get("X-Caller").and_then(|value| value.to_str().ok()).unwrap_or("nobody").to_owned();
    let trusted = TrustedDocuments::none();
    let gate = Gate::new(8, 1);
    let guards = transport::Guards { catalogue, trusted: &trusted, limits, gate: &gate, keeper: None };
    transport::execute(schema, &guards, &request, payload, |sent, _| sent.data(Caller(caller))).await
}
