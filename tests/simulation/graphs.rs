//! The graph as it is read: whatever rows name, there is no cycle in it, and nothing was made from itself.

use std::collections::BTreeSet;

use driftline::core::api::request::Method;
use driftline::core::api::response::Response;
use driftline::core::api::routes::handle;
use driftline::core::step::Step;
use serde_json::Value;

use crate::laws::{Lawful, must};
use crate::people::Asked;
use crate::world::{World, body_of};

impl World<'_> {
    /// Reads the graph around an asset, as a person sees it, and holds it to its law.
    pub fn hold_graph(&mut self, owner: i64, id: &str) -> Lawful {
        let path = format!("/assets/{id}/lineage?depth=20&max_nodes=400");
        let graph = body_of(&self.look(&Asked::new(owner, Method::Get, path, Value::Null)));
        let edges = graph["edges"].as_array().ok_or_else(|| format!("a graph without edges: {graph}"))?;
        let ends =
            |edge: &Value| Some((edge["child"].as_str()?.to_owned(), edge["parent"].as_str()?.to_owned()));
        // An edge that closes a cycle is told as such; without those there is none.
        let edges = edges.iter().filter(|edge| edge["cycle"] == false);
        let edges: BTreeSet<(String, String)> = edges.filter_map(ends).collect();
        must(is_acyclic(edges.clone()), || format!("the graph of {id} has a cycle: {edges:?}"))
    }

    /// The answer to a request that only reads, at once.
    fn look(&mut self, asked: &Asked) -> Response {
        let now = self.clock.now();
        let mut step = handle(self.people.request(asked), now);
        loop {
            step = match step {
                Step::Read(statements, then) => then(self.db.read(&statements), now),
                Step::End(response) => return response,
                _ => panic!("{} does more than read", asked.path),
            };
        }
    }
}

/// Takes away children that are nobody's parents until nothing is left.
fn is_acyclic(mut edges: BTreeSet<(String, String)>) -> bool {
    while !edges.is_empty() {
        let parents: BTreeSet<String> = edges.iter().map(|(_, parent)| parent.clone()).collect();
        let before = edges.len();
        edges.retain(|(child, _)| parents.contains(child));
        if edges.len() == before {
            return false;
        }
    }
    true
}
