//! The parameters of a GraphQL request, from a JSON body or a query string, their types checked.

use async_graphql::{Value, Variables};

use super::lexical::JsonLimits;
use super::strict_json;
use crate::refusal::{Code, Refusal};

/// What a GraphQL request asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameters {
    /// The document.
    pub document: Asked,
    /// Which of its operations.
    pub operation_name: Option<String>,
    /// The values of its variables.
    pub variables: Variables,
}

/// How a document is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// By its text.
    Text(String),
    /// By the identifier of a trusted document.
    Identifier(String),
}

/// Reads the JSON body of a POST; a list of requests is refused.
pub fn from_json(body: &[u8], limits: &JsonLimits) -> Result<Parameters, Refusal> {
    match strict_json::parse(body, limits)? {
        Value::Object(mut members) => Parameters::from_members(|name| members.swap_remove(name)),
        _ => Err(Code::RequestMalformed.into()),
    }
}

/// Reads the query string of a GET, where `variables` and `extensions` are JSON.
pub fn from_query_string(text: &str, limits: &JsonLimits) -> Result<Parameters, Refusal> {
    let pairs = actix_web::web::Query::<Vec<(String, String)>>::from_query(text)
        .map_err(|_| Refusal::new(Code::RequestMalformed))?
        .into_inner();
    let mut members = std::collections::HashMap::new();
    for (name, value) in pairs {
        let Some(known) = ["query", "documentId", "operationName", "variables", "extensions"]
            .into_iter()
            .find(|known| *known == name)
        else {
            continue;
        };
        let value = match known {
            "query" | "documentId" | "operationName" => Value::String(value),
            _ if value.is_empty() => Value::Null,
            _ => strict_json::parse(value.as_bytes(), limits).map_err(|refusal| within(refusal, known))?,
        };
        if members.insert(known, value).is_some() {
            return Err(malformed(known));
        }
    }
    Parameters::from_members(|name| members.remove(name))
}

impl Parameters {
    fn from_members(mut take: impl FnMut(&str) -> Option<Value>) -> Result<Self, Refusal> {
        let document = match (take("query"), take("documentId")) {
            (Some(Value::String(text)), None | Some(Value::Null)) => Asked::Text(text),
            (None | Some(Value::Null), Some(Value::String(identifier))) => Asked::Identifier(identifier),
            (Some(Value::String(_)), Some(_)) => return Err(malformed("documentId")),
            _ => return Err(malformed("query")),
        };
        let operation_name = match take("operationName") {
            None | Some(Value::Null) => None,
            Some(Value::String(name)) => Some(name).filter(|name| !name.is_empty()),
            Some(_) => return Err(malformed("operationName")),
        };
        let variables = match take("variables") {
            None | Some(Value::Null) => Variables::default(),
            Some(map @ Value::Object(_)) => Variables::from_value(map),
            Some(_) => return Err(malformed("variables")),
        };
        match take("extensions") {
            None | Some(Value::Null | Value::Object(_)) => Ok(Self { document, operation_name, variables }),
            Some(_) => Err(malformed("extensions")),
        }
    }
}

fn malformed(member: &str) -> Refusal {
    Refusal::new(Code::RequestMalformed).at(member)
}

/// A repeated member of `variables` is a variable of the wrong form, wherever the variables stand.
fn within(refusal: Refusal, member: &str) -> Refusal {
    match &refusal.path {
        Some(path) => Refusal::new(Code::RequestMalformed).at(format!("{member}.{path}")),
        None => refusal.at(member),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(body: &str) -> (&'static str, Option<String>) {
        let refusal = from_json(body.as_bytes(), &JsonLimits::DEFAULT).unwrap_err();
        (refusal.code.as_str(), refusal.path)
    }

    #[test]
    fn parameters_are_read_from_both() {
        let posted = from_json(
            br#"{"query": "{a}", "variables": {"x": [1]}, "operationName": null, "more": 1}"#,
            &JsonLimits::DEFAULT,
        )
        .unwrap();
        let got = from_query_string(
            "query=%7Ba%7D&variables=%7B%22x%22%3A%5B1%5D%7D&operationName=&more=1",
            &JsonLimits::DEFAULT,
        )
        .unwrap();
        assert_eq!(posted, got);
    }

    #[test]
    fn wrong_types_are_refused_by_name() {
        for (body, path) in [
            ("{}", "query"),
            (r#"{"query": 1}"#, "query"),
            (r#"{"documentId": 1}"#, "query"),
            (r#"{"query": "{a}", "documentId": "sha256:0"}"#, "documentId"),
            (r#"{"query": "", "operationName": 1}"#, "operationName"),
            (r#"{"query": "", "variables": []}"#, "variables"),
            (r#"{"query": "", "extensions": "x"}"#, "extensions"),
        ] {
            assert_eq!(refused(body), ("REQUEST_MALFORMED", Some(path.to_owned())), "{body}");
        }
        assert_eq!(refused(r#"[{"query": "{a}"}]"#), ("REQUEST_MALFORMED", None));
        assert_eq!(
            from_query_string("query=a&query=b", &JsonLimits::DEFAULT).unwrap_err().path.as_deref(),
            Some("query")
        );
        assert_eq!(
            from_query_string("query=a&variables={", &JsonLimits::DEFAULT).unwrap_err().code,
            Code::JsonMalformed
        );
    }
}
