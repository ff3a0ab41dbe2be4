//! What the types of the vocabulary mean to us.

use super::node::Node;

/// What a document or a part of it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    Create,
    Announce,
    Like,
    Dislike,
    Follow,
    Add,
    Undo,
    Reject,
    Update,
    Delete,
    /// An activity that tells of no reaction.
    OtherActivity,
    /// A person, or what acts like one.
    Actor,
    /// Something that a person publishes.
    Content,
    /// A list of others.
    Collection,
    /// An object that is not content of a person: a place, a link, a deleted post.
    OtherObject,
    /// A type of another vocabulary, or none.
    Unknown,
}

use Meaning as M;

/// The types of ActivityStreams, and those of extensions that servers send.
const TYPES: [(&str, Meaning); 69] = [
    ("Create", M::Create),
    ("Announce", M::Announce),
    ("Like", M::Like),
    // Pleroma, Akkoma and Misskey.
    ("EmojiReact", M::Like),
    ("EmojiReaction", M::Like),
    ("litepub:EmojiReact", M::Like),
    ("http://litepub.social/ns#EmojiReact", M::Like),
    ("Dislike", M::Dislike),
    ("Follow", M::Follow),
    ("Add", M::Add),
    ("Undo", M::Undo),
    ("Reject", M::Reject),
    ("Update", M::Update),
    ("Delete", M::Delete),
    ("Accept", M::OtherActivity),
    ("Activity", M::OtherActivity),
    ("Arrive", M::OtherActivity),
    ("Block", M::OtherActivity),
    ("Flag", M::OtherActivity),
    ("Ignore", M::OtherActivity),
    ("IntransitiveActivity", M::OtherActivity),
    ("Invite", M::OtherActivity),
    ("Join", M::OtherActivity),
    ("Leave", M::OtherActivity),
    ("Listen", M::OtherActivity),
    ("Move", M::OtherActivity),
    ("Offer", M::OtherActivity),
    ("Read", M::OtherActivity),
    ("Remove", M::OtherActivity),
    ("TentativeAccept", M::OtherActivity),
    ("TentativeReject", M::OtherActivity),
    ("Travel", M::OtherActivity),
    ("View", M::OtherActivity),
    // PeerTube, Mastodon (quotes), Lemmy (locks).
    ("WatchAction", M::OtherActivity),
    ("QuoteRequest", M::OtherActivity),
    ("Lock", M::OtherActivity),
    ("Application", M::Actor),
    ("Group", M::Actor),
    ("Organization", M::Actor),
    ("Person", M::Actor),
    ("Service", M::Actor),
    ("Article", M::Content),
    ("Audio", M::Content),
    ("Document", M::Content),
    ("Event", M::Content),
    ("Image", M::Content),
    ("Note", M::Content),
    ("Page", M::Content),
    ("Question", M::Content),
    ("Video", M::Content),
    // BookWyrm, Funkwhale.
    ("Album", M::Content),
    ("Comment", M::Content),
    ("Quotation", M::Content),
    ("Review", M::Content),
    ("Collection", M::Collection),
    ("CollectionPage", M::Collection),
    ("OrderedCollection", M::Collection),
    ("OrderedCollectionPage", M::Collection),
    ("Link", M::OtherObject),
    ("Mention", M::OtherObject),
    ("Hashtag", M::OtherObject),
    ("Object", M::OtherObject),
    ("Place", M::OtherObject),
    ("Profile", M::OtherObject),
    ("Relationship", M::OtherObject),
    ("Tombstone", M::OtherObject),
    // PeerTube: lists and copies of videos.
    ("Playlist", M::OtherObject),
    ("CacheFile", M::OtherObject),
    // Pleroma and Lemmy: messages to one person.
    ("ChatMessage", M::OtherObject),
];

impl Meaning {
    /// Finds the first type that is known.
    pub(super) fn of(node: &Node<'_>) -> Self {
        let known = |name: &&str| TYPES.iter().find(|(known, _)| known == name);
        let types = node.types();
        types.iter().find_map(known).map_or(M::Unknown, |(_, m)| *m)
    }

    /// Returns whether this is an activity, and not an object.
    pub(super) fn is_activity(self) -> bool {
        !matches!(
            self,
            M::Actor | M::Content | M::Collection | M::OtherObject | M::Unknown
        )
    }
}
