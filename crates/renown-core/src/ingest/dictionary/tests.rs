use super::*;
use proptest::prelude::*;

fn dictionary() -> Dictionary {
    Dictionary::parse(
        "topics:\n- slug: las-vegas\n  names: [Vegas, Sin City]\n- slug: c++\n- slug: art\n",
    )
    .unwrap()
}

fn refusal(yaml: &str) -> String {
    Dictionary::parse(yaml).unwrap_err().to_string()
}

fn topic(text: &str) -> Topic {
    Topic::parse(text).unwrap()
}

#[track_caller]
fn check(dictionary: &Dictionary, text: &str, expected: &[&str]) {
    let found = dictionary.find(text);
    let found: Vec<&str> = found.iter().map(Topic::as_str).collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn aliases_and_hashtags_resolve() {
    let dictionary = dictionary();
    for text in ["#LasVegas", "sin city", "VEGAS", "las-vegas"] {
        let topic = dictionary.resolve(topic(text));
        assert_eq!(topic.as_str(), "las-vegas", "{text}");
    }
    assert_eq!(dictionary.resolve(topic("poker")), topic("poker"));
}

#[test]
fn names_are_found_as_whole_words_only() {
    let dictionary = dictionary();
    check(
        &dictionary,
        "Off to Sin City! And C++.",
        &["c++", "las-vegas"],
    );
    check(&dictionary, "the start of a party", &[]);
    check(&dictionary, "Vegas, art", &["art", "las-vegas"]);
    check(&dictionary, "Vegas…art...", &["art", "las-vegas"]);
    check(&dictionary, "❤️Vegas❤️ #art", &["art", "las-vegas"]);
}

#[test]
fn one_name_for_two_topics_is_refused_with_its_line() {
    assert_eq!(
        refusal("topics:\n- {slug: aa, names: [xx]}\n- {slug: bb, names: [xx]}\n"),
        "line 3: 'xx' names both aa and bb"
    );
    // Also if they differ only in a way that is ignored in texts.
    assert_eq!(
        refusal("topics:\n- {slug: aa, names: [Straße]}\n- {slug: bb, names: [STRASSE]}\n"),
        "line 3: 'STRASSE' names both aa and bb"
    );
    assert_eq!(
        refusal("topics:\n- slug: aa\n- slug: aa\n"),
        "line 3: 'aa' is listed twice: make one of it"
    );
}

#[test]
fn a_hashtag_that_could_be_two_topics_is_neither() {
    let dictionary = Dictionary::parse(
        "topics:\n- slug: flo-rida\n- slug: florida\n- slug: a-bc\n- slug: ab-c\n",
    )
    .unwrap();
    assert_eq!(dictionary.resolve(topic("florida")), topic("florida"));
    assert_eq!(dictionary.resolve(topic("abc")), topic("abc"));
    check(
        &dictionary,
        "florida, abc, Flo Rida",
        &["flo-rida", "florida"],
    );
}

#[test]
fn parents_and_what_is_above_them_are_known() {
    let dictionary = Dictionary::parse(
        "topics:\n- {slug: poker, parents: [card-games, Gambling]}\n\
         - {slug: card-games, parents: [games]}\n- slug: games\n- {slug: gambling, parents: [games]}\n",
    )
    .unwrap();
    let poker = topic("poker");
    assert_eq!(
        dictionary.parents(&poker),
        [topic("card-games"), topic("gambling")]
    );
    assert!(dictionary.parents(&topic("games")).is_empty());
    assert!(dictionary.parents(&topic("unlisted")).is_empty());
    let above: Vec<&str> = dictionary
        .ancestors(&poker)
        .into_iter()
        .map(Topic::as_str)
        .collect();
    assert_eq!(above, ["card-games", "gambling", "games"]);
    assert_eq!(dictionary.hierarchy().len(), 3);
}

#[test]
fn a_parent_that_is_not_listed_is_refused_with_its_line() {
    assert_eq!(
        refusal("topics:\n- slug: games\n- {slug: poker, parents: [game]}\n"),
        "line 3: 'poker' has the parent 'game', which is not the slug of a listed topic: \
         list it, or correct it"
    );
}

#[test]
fn topics_that_are_parts_of_each_other_are_refused_by_name() {
    let refusal = refusal(
        "topics:\n- {slug: a1, parents: [b1]}\n- {slug: b1, parents: [c1]}\n\
         - {slug: c1, parents: [b1]}\n",
    );
    assert!(refusal.starts_with("line 3: "), "{refusal}");
    assert!(refusal.ends_with("b1 → c1 → b1"), "{refusal}");
}

#[test]
fn a_mistake_in_the_yaml_is_refused_with_its_line() {
    for (yaml, expected) in [
        ("topics:\n- slug: a1\n  nmes: [x]\n", "line 3"),
        ("topics:\n- slug: '#!'\n", "line 2: slug '#!'"),
        (
            "topics:\n- slug: a1\n  names: ['?']\n",
            "line 2: 'a1', name '?'",
        ),
        (
            "topics:\n- slug: a1\n  parents: ['?']\n",
            "line 2: 'a1', parent '?'",
        ),
    ] {
        assert!(refusal(yaml).contains(expected), "{}", refusal(yaml));
    }
}

#[test]
fn names_are_found_in_many_languages() {
    let dictionary = Dictionary::parse(
        "topics:\n\
         - {slug: photography, names: [Fotografie, fotografía, التصوير, 写真, การถ่ายภาพ, 摄影, 사진]}\n\
         - {slug: streets, names: [Straße, calle, شوارع]}\n\
         - {slug: tokyo, names: [Tokio, طوكيو, 東京, โตเกียว, 도쿄]}\n\
         - {slug: rock, names: [ロック, हिन्दी रॉक]}\n",
    )
    .unwrap();
    // German: case folding.
    check(&dictionary, "DIE STRASSE IN TOKIO", &["streets", "tokyo"]);
    check(&dictionary, "Straßenfotografie", &[]);
    // Spanish: composed and decomposed accents; without its accent it is
    // another word.
    check(
        &dictionary,
        "¡FOTOGRAFI\u{301}A de la calle!",
        &["photography", "streets"],
    );
    check(&dictionary, "fotografia", &[]);
    // Arabic: whole words.
    check(
        &dictionary,
        "أحب التصوير في شوارع طوكيو.",
        &["photography", "streets", "tokyo"],
    );
    check(&dictionary, "طوكيوي", &[]);
    // Japanese: names in running text; loan words in Katakana are whole.
    check(
        &dictionary,
        "昨日東京で写真を撮った",
        &["photography", "tokyo"],
    );
    check(&dictionary, "東北の京都", &[]);
    check(&dictionary, "ブロックの話", &[]);
    check(&dictionary, "ﾛｯｸの話", &["rock"]);
    // Thai and Chinese: names in running text; one more mark makes another
    // syllable.
    check(
        &dictionary,
        "ฉันชอบการถ่ายภาพในโตเกียวมาก",
        &["photography", "tokyo"],
    );
    check(&dictionary, "โตเกียว\u{0e49}", &[]);
    check(&dictionary, "我喜欢摄影。", &["photography"]);
    // Korean joins particles to its nouns.
    check(&dictionary, "도쿄에서 사진을", &["photography", "tokyo"]);
    // Hindi: marks within a word.
    check(&dictionary, "मुझे हिन्दी रॉक पसंद", &["rock"]);
    check(&dictionary, "हिन्दी रॉकी", &[]);
}

#[test]
fn names_that_say_too_little_are_aliases_only() {
    let dictionary = Dictionary::parse(
        "topics:\n- {slug: r, names: [茶, '2020']}\n- {slug: world-health-organization, names: [WHO]}\n\
         - {slug: g7}\n",
    )
    .unwrap();
    check(&dictionary, "Who was it, R? 茶色 2020 G7", &["g7"]);
    assert_eq!(
        dictionary.resolve(topic("who")),
        topic("world-health-organization")
    );
    assert_eq!(dictionary.resolve(topic("2020")), topic("r"));
}

/// Generates names as people may write them in any script.
fn name() -> impl Strategy<Value = String> {
    "[a-zßéİΣς東京テスรัगि가다ا. '+-]{1,12}|\\PC{1,12}"
}

proptest! {
    #[test]
    fn resolving_twice_changes_nothing(names in proptest::collection::vec(name(), 0..6), text in name()) {
        let topics = names.iter().filter_map(|name| Topic::parse(name).ok());
        let entries = topics.enumerate().map(|(n, name)| DictionaryEntry {
            slug: topic(&format!("topic-{n}")),
            names: vec![name.to_string()],
            parents: vec![],
        });
        if let (Ok(dictionary), Ok(text)) =
            (Dictionary::new(&TopicList { topics: entries.collect() }), Topic::parse(&text))
        {
            let once = dictionary.resolve(text);
            prop_assert_eq!(dictionary.resolve(once.clone()), once);
        }
    }

    #[test]
    fn a_name_that_says_enough_is_found_in_a_text_of_it_alone(name in name()) {
        let Ok(alias) = Topic::parse(&name) else { return Ok(()) };
        let list = TopicList {
            topics: vec![DictionaryEntry { slug: topic("the-topic"), names: vec![name.clone()], parents: vec![] }],
        };
        let dictionary = Dictionary::new(&list).unwrap();
        prop_assert_eq!(dictionary.resolve(alias.clone()), topic("the-topic"));
        if matches!(Key::of(&alias), Key::Words(_)) {
            prop_assert!(dictionary.find(&name).contains(&topic("the-topic")));
        }
    }

    #[test]
    fn what_is_written_is_read_again(
        names in proptest::collection::vec(name(), 0..6),
        slugs in proptest::collection::btree_set("[a-z0-9]{1,6}|true|null|0x1f|1e5|no", 1..5),
    ) {
        let slugs: Vec<Topic> = slugs.iter().map(|slug| topic(slug)).collect();
        let list = TopicList {
            topics: slugs.iter().map(|slug| DictionaryEntry {
                slug: slug.clone(),
                names: names.clone(),
                parents: slugs.clone(),
            }).collect(),
        };
        prop_assert_eq!(TopicList::parse(&list.to_yaml().unwrap()).unwrap(), list);
    }
}
