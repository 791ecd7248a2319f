//! The statements about edges between assets: a level of the graph upwards or downwards, and edges made by hand.
//! Edges name roots; here they are resolved to the assets that the roots belong to now.

use crate::core::sql::assets::with_redirects;
use crate::core::statement::{Param, Statement, json_param};

/// What is shown of the asset at the far end of an edge.
macro_rules! node_columns {
    () => {
        "n.id, n.media_type, n.status, n.operation AS node_operation, n.origin, n.provider_id, n.provider_asset_id,
         n.lineage, n.removed, n.fields ->> 'thumbnail_url' AS thumbnail_url, n.fields ->> 'media_url' AS media_url"
    };
}

macro_rules! edge_columns {
    () => {
        "e.slot, e.relation, e.operation, e.anchor, e.name, e.evidence"
    };
}

/// Whether a person says that asset `c` does not come from asset `p`. It is about the pair, whatever roots it is
/// recorded under.
macro_rules! is_denied {
    ($child:literal, $parent:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM json_each(",
            $child,
            ".roots) cr CROSS JOIN edges d CROSS JOIN claims dp
                WHERE d.owner = ?1 AND d.child = cr.value AND d.evidence = 'by_hand' AND d.denied = 1
                  AND dp.owner = ?1 AND dp.alias = d.parent AND dp.root = d.parent AND dp.asset = ",
            $parent,
            ".id)"
        )
    };
}

/// Reads the edges from these assets to their parents, with what is shown of the parents.
#[must_use]
pub fn parents_of(owner: i64, assets: &[String], limit: u32) -> Statement {
    Statement::new(
        "parents_of",
        concat!(
            "SELECT c.id AS near, ",
            edge_columns!(),
            ", ",
            node_columns!(),
            " FROM json_each(?2) f CROSS JOIN assets c CROSS JOIN json_each(c.roots) r CROSS JOIN edges e
              CROSS JOIN claims s CROSS JOIN assets n
              WHERE c.owner = ?1 AND c.id = f.value
                AND e.owner = ?1 AND e.child = r.value AND e.evidence IN (c.evidence, 'by_hand') AND e.denied = 0
                AND s.owner = ?1 AND s.alias = e.parent AND s.root = e.parent
                AND n.owner = ?1 AND n.id = s.asset AND n.id <> c.id
                AND NOT ",
            is_denied!("c", "n"),
            " LIMIT ?3"
        ),
        vec![Param::Int(owner), json_param(assets), Param::Int(i64::from(limit))],
    )
}

/// Reads the edges from these assets to their children, with what is shown of the children.
#[must_use]
pub fn children_of(owner: i64, assets: &[String], limit: u32) -> Statement {
    Statement::new(
        "children_of",
        concat!(
            "SELECT p.id AS near, ",
            edge_columns!(),
            ", ",
            node_columns!(),
            " FROM json_each(?2) f CROSS JOIN assets p CROSS JOIN json_each(p.roots) r CROSS JOIN edges e
              INDEXED BY edges_parent
              CROSS JOIN claims s CROSS JOIN assets n
              WHERE p.owner = ?1 AND p.id = f.value
                AND e.owner = ?1 AND e.parent = r.value AND e.denied = 0
                AND s.owner = ?1 AND s.alias = e.child AND s.root = e.child
                AND n.owner = ?1 AND n.id = s.asset AND n.id <> p.id AND e.evidence IN (n.evidence, 'by_hand')
                AND NOT ",
            is_denied!("n", "p"),
            " LIMIT ?3"
        ),
        vec![Param::Int(owner), json_param(assets), Param::Int(i64::from(limit))],
    )
}

/// Reads every edge of one asset that counts or was made by hand, denied ones too, with the parent's asset. The id may
/// be one that was absorbed.
#[must_use]
pub fn edges_of_child(owner: i64, id: &str) -> Statement {
    Statement::new(
        "edges_of_child",
        with_redirects!(
            "SELECT e.child, e.parent, e.slot, e.relation, e.operation, e.anchor, e.name, e.evidence, e.denied,
                    s.asset AS parent_asset
               FROM chain hop CROSS JOIN assets c CROSS JOIN json_each(c.roots) r CROSS JOIN edges e CROSS JOIN claims s
              WHERE c.owner = ?1 AND c.id = hop.id
                AND e.owner = ?1 AND e.child = r.value AND e.evidence IN (c.evidence, 'by_hand')
                AND s.owner = ?1 AND s.alias = e.parent AND s.root = e.parent
              LIMIT 5000"
        ),
        vec![Param::Int(owner), id.into()],
    )
}

/// An edge by hand, as its row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandEdge {
    /// The child's root.
    pub child: String,
    /// The position.
    pub slot: i64,
    /// The parent's root.
    pub parent: String,
    /// How it went in.
    pub relation: String,
    /// What was done with it.
    pub operation: Option<String>,
    /// Whether a person says that this is no parent.
    pub denied: bool,
}

/// Writes what a person says about a pair.
#[must_use]
pub fn insert_hand_edge(owner: i64, edge: &HandEdge) -> Statement {
    Statement::new(
        "insert_hand_edge",
        "INSERT INTO edges (owner, child, evidence, slot, parent, relation, operation, anchor, name, denied)
         VALUES (?1, ?2, 'by_hand', ?3, ?4, ?5, ?6, NULL, NULL, ?7)",
        vec![
            Param::Int(owner),
            edge.child.as_str().into(),
            Param::Int(edge.slot),
            edge.parent.as_str().into(),
            edge.relation.as_str().into(),
            edge.operation.clone().into(),
            Param::Int(i64::from(edge.denied)),
        ],
    )
}

/// Deletes what was said by hand before about a pair, by child root and slot.
#[must_use]
pub fn delete_hand_edges(owner: i64, rows: &[(String, i64)]) -> Statement {
    Statement::new(
        "delete_hand_edges",
        "DELETE FROM edges WHERE owner = ?1 AND evidence = 'by_hand'
            AND (child, slot) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?2))",
        vec![Param::Int(owner), json_param(rows)],
    )
}
