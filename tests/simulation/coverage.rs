//! What a range of seeds has been through. A simulation in which nothing goes wrong proves nothing: the test suite's
//! seeds must have met each of these.

use std::collections::BTreeMap;

/// What stands in a trace where something has happened.
const MET: &[(&str, &str)] = &[
    ("a batch that changed nothing, because what it had read was changed", ": Conflict"),
    ("a batch of a step that was done", ": Stale"),
    ("a unique row that was there", ": Duplicate"),
    ("a death before a wait", "dies before"),
    ("a death behind a wait", "dies behind"),
    ("a database that did not answer", "cannot commit"),
    ("a batch whose answer was lost", "never hears"),
    ("a batch that was run again", "commits again: Stale"),
    ("a message that was lost", ": lost"),
    ("a message that came twice", ": sent twice"),
    ("a dead letter", " dead letter "),
    ("assets that were marked as missing", "mark_missing"),
    ("a confirmed marking", "confirm-missing is answered 200"),
    ("a run that was paused", "/pause is answered 200"),
    ("a run that went on", "/resume is answered 200"),
    ("a run that was given up", "/cancel is answered 200"),
    ("a run that looked at what another left", "/fill is answered 202"),
    ("a run that waited for a credential", "pause_until_renewed"),
    ("a run that stopped because all was new", "identity_shift"),
    ("a run that failed", "is failed"),
    ("a walk that met known ground", "known_ground"),
    ("a removal", "is answered 204"),
    ("a restoration", "/restore is answered 200"),
    ("a merging", "/merge is answered 200"),
    ("a taking apart", "/unmerge is answered 200"),
    ("a generation", "/generations is answered 202"),
    ("pages that were handed in", "/pages?media_type=video is answered 200"),
    ("ids that were asked for", "/ids is answered 202"),
    ("links that were verified", "/verify-links is answered 202"),
    ("a refresh", "/lineage/refresh is answered 200"),
    ("a credential that was renewed", "/accounts is answered 200"),
    ("a step that was replayed", "/replay is answered 200"),
    ("a payload that was taken out of quarantine", "/quarantine/replay is answered 202"),
    ("an automatic run", "insert_auto_runs"),
    ("an asset that two became", "delete_absorbed"),
];

/// How often each was met.
#[derive(Default)]
pub struct Coverage {
    met: BTreeMap<&'static str, u64>,
}

impl Coverage {
    /// Counts what a trace tells.
    pub fn add(&mut self, trace: &[String]) {
        for (what, words) in MET {
            let times = trace.iter().filter(|line| line.contains(words)).count();
            *self.met.entry(what).or_default() += u64::try_from(times).expect("a count");
        }
    }

    /// Adds what another has met.
    pub fn join(&mut self, other: &Self) {
        for (what, times) in &other.met {
            *self.met.entry(what).or_default() += times;
        }
    }

    /// What was never met.
    pub fn never(&self) -> Vec<&'static str> {
        MET.iter()
            .map(|(what, _)| *what)
            .filter(|what| self.met.get(what).is_none_or(|times| *times == 0))
            .collect()
    }

    /// One line for each.
    pub fn told(&self) -> String {
        let lines: Vec<String> =
            MET.iter().map(|(what, _)| format!("{:>9} {what}", self.met.get(what).unwrap_or(&0))).collect();
        lines.join("\n")
    }
}
