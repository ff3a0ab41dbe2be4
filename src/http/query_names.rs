//! Refuses query parameters that a route does not have. One that is misspelt would
//! otherwise be ignored, and the caller would take the answer for what was asked.

use std::collections::HashMap;

use axum::http::Method;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn};
use utoipa::openapi::{OpenApi, RefOr};

use crate::http::error::Problem;
use crate::http::error_docs::operations;

/// Stands for the rest of a parameter's name, for those that are part of an object.
const ANY: &str = "NAME";

/// The names of the query parameters of every route, as the contract has them.
#[derive(Debug)]
pub struct QueryNames(HashMap<(Method, String), Vec<String>>);

impl QueryNames {
    /// Reads the names from the contract.
    pub fn of(document: &mut OpenApi) -> Self {
        let mut names = HashMap::new();
        for (path, item) in &mut document.paths.paths {
            for (method, operation) in operations(item) {
                names.insert((method, path.clone()), of_operation(operation));
            }
        }
        Self(names)
    }

    /// Checks the query of a request to a route. Routes that are not in the contract, such as
    /// the reference, take any.
    ///
    /// # Errors
    /// A problem that names the unknown parameter and the known ones.
    pub fn check(&self, method: &Method, route: &str, query: &str) -> Result<(), Problem> {
        let method = match *method {
            Method::HEAD => Method::GET,
            _ => method.clone(),
        };
        let Some(known) = self.0.get(&(method, route.to_owned())) else {
            return Ok(());
        };
        let mut names = form_urlencoded::parse(query.as_bytes()).map(|(name, _)| name);
        match names.find(|name| !known.iter().any(|known| matches(known, name))) {
            None => Ok(()),
            Some(unknown) => Err(Problem::invalid_request().detail(match known.as_slice() {
                [] => format!("there is no parameter '{unknown}': this route has none"),
                known => format!(
                    "there is no parameter '{unknown}'; this route has: {}",
                    known.join(", ")
                ),
            })),
        }
    }
}

/// The known name of a parameter that is an object stands for all that begin with it.
fn matches(known: &str, name: &str) -> bool {
    match known.strip_suffix(ANY) {
        Some(prefix) => name.starts_with(prefix),
        None => known == name,
    }
}

fn of_operation(operation: &Operation) -> Vec<String> {
    let name = |parameter: &RefOr<Parameter>| match parameter {
        RefOr::T(parameter) if parameter.parameter_in == ParameterIn::Query => {
            match parameter.explode {
                Some(true) => Some(format!("{}.{ANY}", parameter.name)),
                _ => Some(parameter.name.clone()),
            }
        }
        _ => None,
    };
    let parameters = operation.parameters.iter().flatten();
    parameters.filter_map(name).collect()
}
