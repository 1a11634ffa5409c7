//! The example queries that the playground offers.

/// Title in English, title in French, query.
pub const EXAMPLES: &[(&str, &str, &str)] = &[
    (
        "What the schema offers",
        "Ce que le schéma propose",
        "query Offer {\n  __schema {\n    queryType {\n      fields {\n        name\n        description\n      }\n    }\n  }\n}\n",
    ),
    ("Is anybody there?", "Y a-t-il quelqu'un ?", "query Ping {\n  __typename\n}\n"),
];
