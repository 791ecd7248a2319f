//! The kinds of drift, and the aspects that the report sorts them into. What makes a finding is left to the files of
//! their own.

/// What sort of disagreement a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Two feeds give different values for one field.
    FieldDisagrees,
    /// Two feeds name different sources, roles or orders.
    LineageDisagrees,
    /// The operation needs a source, and none is named.
    LineageMissing,
    /// Two ids claim one alias with equal right.
    IdentityConflict,
    /// Made here and finished, but a later complete scan of the library did not list it.
    GenerationOnly,
    /// Asked for here and listed by the library, but its own request was never answered for it.
    ListingOnly,
    /// The stored row or its edges are not what the stored observations come to.
    RecomputeDiffers,
    /// The provider's status is in no table.
    StatusUnknown,
    /// Under way for longer than the operation can take.
    StatusStuck,
    /// The link to the file does not work.
    LinkBroken,
    /// Upstream, and not here.
    RemoteOnly,
    /// Here, and no longer upstream.
    LocalOnly,
    /// A payload has a schema that was not seen before.
    SchemaChanged,
}

/// A row of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aspect {
    /// Fields and schemas.
    MetadataShape,
    /// When sources are written, and whether they are there.
    LineageTiming,
    /// Who keeps an alias.
    AssetIdentity,
    /// Which request made an asset.
    SourceGenerationId,
    /// What is named as a parent.
    EmbeddedParentCreation,
    /// What was done to make an asset.
    OperationMapping,
    /// All of it, for images alone.
    ImageParity,
    /// Status, links, presence at the provider.
    UpstreamState,
    /// The stored rows against the fold.
    StoredState,
}

impl Kind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[
        Self::FieldDisagrees,
        Self::LineageDisagrees,
        Self::LineageMissing,
        Self::IdentityConflict,
        Self::GenerationOnly,
        Self::ListingOnly,
        Self::RecomputeDiffers,
        Self::StatusUnknown,
        Self::StatusStuck,
        Self::LinkBroken,
        Self::RemoteOnly,
        Self::LocalOnly,
        Self::SchemaChanged,
    ];

    /// The word in the database and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FieldDisagrees => "field_disagrees",
            Self::LineageDisagrees => "lineage_disagrees",
            Self::LineageMissing => "lineage_missing",
            Self::IdentityConflict => "identity_conflict",
            Self::GenerationOnly => "generation_only",
            Self::ListingOnly => "listing_only",
            Self::RecomputeDiffers => "recompute_differs",
            Self::StatusUnknown => "status_unknown",
            Self::StatusStuck => "status_stuck",
            Self::LinkBroken => "link_broken",
            Self::RemoteOnly => "remote_only",
            Self::LocalOnly => "local_only",
            Self::SchemaChanged => "schema_changed",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == text)
    }

    /// What one finding weighs: 1 low, 2 medium, 3 high. High is what makes the inventory itself doubtful; low is what
    /// is settled by a rule, or only waits.
    #[must_use]
    pub const fn severity(self) -> u8 {
        match self {
            Self::IdentityConflict | Self::RecomputeDiffers => 3,
            Self::LineageDisagrees
            | Self::LineageMissing
            | Self::GenerationOnly
            | Self::StatusStuck
            | Self::LinkBroken
            | Self::LocalOnly => 2,
            Self::FieldDisagrees
            | Self::ListingOnly
            | Self::StatusUnknown
            | Self::RemoteOnly
            | Self::SchemaChanged => 1,
        }
    }

    /// The row of the report that a finding about this part counts in.
    #[must_use]
    pub fn aspect(self, part: &str) -> Aspect {
        match self {
            Self::FieldDisagrees if part == "operation" => Aspect::OperationMapping,
            Self::FieldDisagrees | Self::SchemaChanged => Aspect::MetadataShape,
            Self::LineageMissing => Aspect::LineageTiming,
            Self::LineageDisagrees => Aspect::EmbeddedParentCreation,
            Self::IdentityConflict => Aspect::AssetIdentity,
            Self::GenerationOnly | Self::ListingOnly => Aspect::SourceGenerationId,
            Self::StatusUnknown
            | Self::StatusStuck
            | Self::LinkBroken
            | Self::RemoteOnly
            | Self::LocalOnly => Aspect::UpstreamState,
            Self::RecomputeDiffers => Aspect::StoredState,
        }
    }

    /// What is suggested. `rewrite` and `relink` can be applied here; the others say where it is done.
    #[must_use]
    pub const fn action(self) -> &'static str {
        match self {
            Self::RecomputeDiffers => "rewrite",
            Self::LineageMissing => "relink",
            Self::IdentityConflict => "merge_or_unmerge",
            Self::FieldDisagrees | Self::LineageDisagrees | Self::SchemaChanged => "review",
            Self::StatusUnknown | Self::StatusStuck | Self::GenerationOnly | Self::ListingOnly => "ask_by_id",
            Self::LinkBroken => "resolve_link",
            Self::RemoteOnly => "sync",
            Self::LocalOnly => "keep_or_remove",
        }
    }
}

impl Aspect {
    /// Every aspect, in the order of the report.
    pub const ALL: &'static [Self] = &[
        Self::MetadataShape,
        Self::LineageTiming,
        Self::AssetIdentity,
        Self::SourceGenerationId,
        Self::EmbeddedParentCreation,
        Self::OperationMapping,
        Self::ImageParity,
        Self::UpstreamState,
        Self::StoredState,
    ];

    /// The word in the database and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MetadataShape => "metadata_shape",
            Self::LineageTiming => "lineage_timing",
            Self::AssetIdentity => "asset_identity",
            Self::SourceGenerationId => "source_generation_id",
            Self::EmbeddedParentCreation => "embedded_parent_creation",
            Self::OperationMapping => "operation_mapping",
            Self::ImageParity => "image_parity",
            Self::UpstreamState => "upstream_state",
            Self::StoredState => "stored_state",
        }
    }
}

/// The word for a severity.
#[must_use]
pub const fn level_of(severity: u8) -> &'static str {
    match severity {
        0 => "no_drift",
        1 => "low",
        2 => "medium",
        _ => "high",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_reads_back_and_counts_in_a_row_of_the_report() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.as_str()), Some(*kind));
            assert!(Aspect::ALL.contains(&kind.aspect("")));
            assert!((1..=3).contains(&kind.severity()));
        }
        assert_eq!(Kind::FieldDisagrees.aspect("operation"), Aspect::OperationMapping);
        assert_eq!(Kind::parse("rumour"), None);
    }
}
