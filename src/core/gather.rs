//! Sets and maps out of iterators. The standard `collect` sorts first and builds the tree in one go: for the short lists
//! here it gains nothing, and it carries a merge sort for every type of element, 4 kB each, into the Worker.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

/// The items as a set.
pub fn set_of<T: Ord>(items: impl IntoIterator<Item = T>) -> BTreeSet<T> {
    let mut set = BTreeSet::new();
    set.extend(items);
    set
}

/// The items in order, equal ones as they came. Each is inserted at its place: meant for dozens, not for thousands.
pub fn sorted<T: Ord>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut list = Vec::new();
    for item in items {
        list.insert(list.partition_point(|known| *known <= item), item);
    }
    list
}

/// The pairs as a map; of pairs with one key the last counts.
pub fn map_of<K: Ord, V>(pairs: impl IntoIterator<Item = (K, V)>) -> BTreeMap<K, V> {
    let mut map = BTreeMap::new();
    map.extend(pairs);
    map
}

/// The members as a JSON object; of members with one name the last counts.
pub fn object_of(members: impl IntoIterator<Item = (String, Value)>) -> Value {
    let mut object = Map::new();
    object.extend(members);
    Value::Object(object)
}

/// For every name: the places at which it stands in a list.
pub type Places<'a> = std::collections::BTreeMap<&'a str, Vec<usize>>;

/// Finds the places of each name. One type of index for every list: each further one costs the Worker kilobytes.
#[must_use]
pub fn places_by<'a>(names: impl Iterator<Item = &'a str>) -> Places<'a> {
    let mut places = Places::new();
    for (place, name) in names.enumerate() {
        places.entry(name).or_default().push(place);
    }
    places
}
