//! Finishing the description that the code gives of an API: what each call shares with every other is said here once.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};
use utoipa::openapi::OpenApi;

const PROBLEM_SCHEMA: &str = "#/components/schemas/Problem";

/// The description as OpenAPI 3.1 wants it: every call has a name of its own, every response says what it means,
/// errors are problem JSON (RFC 9457), and calls that need a token say what happens without one.
#[must_use]
pub fn finished(api: &OpenApi) -> Value {
    // A description that cannot be written would be a fault of the code, met by the first test that asks for it.
    let mut api = serde_json::to_value(api).unwrap_or_default();
    let paths = api.get_mut("paths").and_then(Value::as_object_mut);
    for (path, calls) in paths.into_iter().flatten() {
        for (method, call) in calls.as_object_mut().into_iter().flatten() {
            if let Some(call) = call.as_object_mut() {
                finish_call(path, method, call);
            }
        }
    }
    api
}

fn finish_call(path: &str, method: &str, call: &mut Map<String, Value>) {
    // Handlers of several files share names such as `list`; method and path are one call's alone.
    let mut name = method.to_owned();
    for part in path.split(['/', '{', '}']).filter(|part| !part.is_empty()) {
        name.push('_');
        name.push_str(part);
    }
    call.insert("operationId".to_owned(), name.into());
    let open = call.contains_key("security");
    let takes_body = call.contains_key("requestBody") || method == "post";
    let Some(responses) = call.get_mut("responses").and_then(Value::as_object_mut) else {
        return;
    };
    let mut expected = Vec::new();
    if !open {
        expected.push(StatusCode::UNAUTHORIZED);
    }
    if takes_body {
        expected.extend([
            StatusCode::BAD_REQUEST,
            StatusCode::PAYLOAD_TOO_LARGE,
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ]);
    }
    for status in expected {
        responses
            .entry(status.as_str())
            .or_insert_with(|| problem_response(meaning(status.as_str())));
    }
    responses
        .entry("default")
        .or_insert_with(|| problem_response("Any other problem"));
    for (status, response) in responses {
        if let Some(response) = response.as_object_mut() {
            finish_response(status, response);
        }
    }
}

fn finish_response(status: &str, response: &mut Map<String, Value>) {
    response
        .entry("description")
        .or_insert_with(|| meaning(status).into());
    let Some(content) = response.get_mut("content").and_then(Value::as_object_mut) else {
        return;
    };
    let is_problem = |body: &Value| body["schema"]["$ref"] == PROBLEM_SCHEMA;
    if content.get("application/json").is_some_and(is_problem)
        && let Some(body) = content.remove("application/json")
    {
        content.insert("application/problem+json".to_owned(), body);
    }
}

fn problem_response(description: &str) -> Value {
    json!({
        "description": description,
        "content": { "application/problem+json": { "schema": { "$ref": PROBLEM_SCHEMA } } },
    })
}

/// What a status means where the call itself does not say.
fn meaning(status: &str) -> &'static str {
    match status {
        "200" => "Done",
        "201" => "Recorded",
        "204" => "Done, nothing to tell",
        "400" => "The body or the query cannot be read",
        "401" => "A valid token is needed",
        "404" => "There is no such thing",
        "409" => "It contradicts what is recorded, or cannot be done in the present state",
        "413" => "The body is too large",
        "415" => "The body is not application/json",
        "422" => "The input is wrong: `errors` names each field",
        "502" => "The other side cannot be reached or failed",
        "503" => "Nothing can be recorded now",
        _ => "See the problem's title and detail",
    }
}
