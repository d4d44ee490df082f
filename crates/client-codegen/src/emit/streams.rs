//! Prepares a document in which every list answers with bytes, from which progenitor writes the streaming methods.

use serde_json::{Map, Value, json};

use super::operations::stream_name;
use crate::extension::RECORDS;
use crate::schema::{map_of, text_of};
use crate::walk::METHODS;

/// Keeps the lists of a lowered document, as operations that answer with bytes; `None` if there is none.
pub(super) fn document(document: &Value) -> Option<Value> {
    let mut streams = document.clone();
    let mut lists = 0;
    let items = streams.get_mut("paths")?.as_object_mut()?.values_mut();
    for item in items.filter_map(Value::as_object_mut) {
        item.retain(|key, value| !METHODS.contains(&key.as_str()) || value.get(RECORDS).is_some());
        for operation in item
            .values_mut()
            .filter(|value| value.get(RECORDS).is_some())
        {
            stream(operation);
            lists += 1;
        }
    }
    (lists > 0).then_some(streams)
}

fn stream(operation: &mut Value) {
    let id = text_of(operation, "operationId")
        .unwrap_or_default()
        .to_owned();
    let description = format!(
        "Streams the body of [`Client::{id}`] as bytes while it arrives, for an answer too large to wait for or to hold."
    );
    let responses: Map<String, Value> = map_of(operation, "responses")
        .into_iter()
        .flatten()
        .map(|(status, _)| {
            (
                status.clone(),
                json!({"description": "", "content": {"application/octet-stream": {}}}),
            )
        })
        .collect();
    operation["responses"] = Value::Object(responses);
    operation["description"] = json!(description);
    operation["operationId"] = json!(stream_name(&id));
    if let Some(operation) = operation.as_object_mut() {
        operation.remove("summary");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lists_are_streamed() {
        let list = json!({"operationId": "list", "summary": "List", RECORDS: "items", "responses": {"200": {"content": {"application/json": {}}}}});
        let read = json!({"operationId": "read", "responses": {}});
        assert_eq!(document(&json!({"paths": {"/a": {"get": read}}})), None);
        let streams =
            document(&json!({"paths": {"/a": {"parameters": [], "get": list, "post": read}}}))
                .unwrap();
        let item = &streams["paths"]["/a"];
        assert!(item.get("post").is_none() && item.get("parameters").is_some());
        assert_eq!(item["get"]["operationId"], "list_stream");
        assert!(
            item["get"]["responses"]["200"]["content"]
                .get("application/octet-stream")
                .is_some()
        );
    }
}
