//! Why async-graphql is held at 7.0.19: 7.1.0 to 7.2.1 leave a failing non-null field out instead of nulling its parent.

use async_graphql::{EmptyMutation, EmptySubscription, Error, Object, Schema};
use serde_json::{Value, json};

struct Query;
struct Inner;

#[Object]
impl Query {
    async fn maybe(&self) -> Option<Inner> {
        Some(Inner)
    }

    async fn surely(&self) -> Inner {
        Inner
    }

    async fn list(&self) -> Vec<Option<Inner>> {
        vec![Some(Inner), Some(Inner)]
    }

    async fn fine(&self) -> bool {
        true
    }
}

#[Object]
impl Inner {
    async fn fine(&self) -> bool {
        true
    }

    async fn required(&self) -> Result<bool, Error> {
        Err(Error::new("fails"))
    }

    /// A nullable field, yet its failure nulls the parent.
    async fn result_of_option(&self) -> Result<Option<bool>, Error> {
        Err(Error::new("fails"))
    }

    /// A nullable field that is itself null when it fails.
    async fn option_of_result(&self) -> Option<Result<bool, Error>> {
        Some(Err(Error::new("fails")))
    }
}

fn ask(query: &str) -> (Value, Vec<Value>) {
    let schema = Schema::new(Query, EmptyMutation, EmptySubscription);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let answered = serde_json::to_value(runtime.block_on(schema.execute(query))).unwrap();
    let paths = answered["errors"].as_array().into_iter().flatten().map(|error| error["path"].clone()).collect();
    (answered["data"].clone(), paths)
}

#[test]
fn a_failing_non_null_field_nulls_its_nullable_parent() {
    let (data, paths) = ask("{ fine maybe { fine required } }");
    assert_eq!((data, paths), (json!({"fine": true, "maybe": null}), vec![json!(["maybe", "required"])]));
}

#[test]
fn it_nulls_everything_up_to_the_root_where_no_parent_is_nullable() {
    let (data, paths) = ask("{ fine surely { fine required } }");
    assert_eq!((data, paths), (Value::Null, vec![json!(["surely", "required"])]));
}

#[test]
fn it_nulls_the_item_of_a_list() {
    let (data, paths) = ask("{ list { fine required } }");
    assert_eq!(data, json!({"list": [null, null]}));
    assert_eq!(paths.len(), 2);
}

#[test]
fn the_type_of_a_resolver_decides_what_is_nulled() {
    assert_eq!(ask("{ maybe { fine resultOfOption } }").0, json!({"maybe": null}));
    assert_eq!(ask("{ maybe { fine optionOfResult } }").0, json!({"maybe": {"fine": true, "optionOfResult": null}}));
}
