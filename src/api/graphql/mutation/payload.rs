//! Payloads of the directory's mutations: what was done, or why nothing was.

/// Makes the payload of a mutation: one thing, if it was done, and the reasons, if it was not.
macro_rules! payloads {
    ($( $(#[doc = $doc:literal])* $payload:ident { $(#[doc = $what:literal])* $field:ident: $of:ident } )*) => {$(
        $(#[doc = $doc])*
        #[derive(async_graphql::SimpleObject, Default)]
        pub struct $payload {
            $(#[doc = $what])*
            $field: Option<$of>,
            /// Why not, if it was not done.
            user_errors: Vec<$crate::api::graphql::types::findings::UserError>,
        }

        impl $payload {
            fn of<T>(settled: (Option<T>, Vec<$crate::refusal::Refusal>), show: impl FnOnce(T) -> $of) -> Self {
                let (done, refusals) = settled;
                Self { $field: done.map(show), user_errors: super::settle::shown(refusals) }
            }
        }
    )*};
}
pub(super) use payloads;
