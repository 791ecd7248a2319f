//! What is read without a parser is what the parser would have read.

// Any text is read from here on: the wall around the core ends where its tests begin.
#[cfg(test)]
use proptest::prelude::*;

use super::Plain;
use crate::core::media_url::{
    is_parsed_placeholder, is_placeholder, parsed_url_and_key, parsed_uuid_in, url_and_key, uuid_in,
};

const UUID: &str = "3b1f0c52-1111-4222-8333-aaaaaaaaaaaa";

/// Both ways, of all that is asked about a url; whether the short way was taken.
fn compare(raw: &str) -> bool {
    assert_eq!(url_and_key(raw), parsed_url_and_key(raw), "{raw:?}");
    assert_eq!(is_placeholder(raw), is_parsed_placeholder(raw), "{raw:?}");
    assert_eq!(uuid_in(raw), parsed_uuid_in(raw), "{raw:?}");
    Plain::parse(raw).is_some()
}

#[test]
fn the_usual_spellings_are_plain() {
    for raw in [
        "https://media.pixverse.ai/pixverse%2Fmp4%2Fmedia%2Fweb%2Fori%2F3b1f0c52-1111-4222-8333-aaaaaaaaaaaa_seed42.mp4",
        "https://media.pixverse.ai/pixverse/jpg/a.jpg?x-oss-process=image/resize,w_200",
        "https://pixverse-fe-upload.oss-accelerate.aliyuncs.com/upload%2fa.png",
        "http://img.example.com/a/b.png?sig=a%2Bb&u=https://other.example/x",
        "pixverse/mp4/media/web/ori/a.mp4",
        "upload/a.b-c_d~e.png",
        "openapi/output/a.mp4",
    ] {
        assert!(compare(raw), "{raw}");
    }
}

#[test]
fn odd_spellings_are_not() {
    for raw in [
        "",
        "upload",
        "upload/",
        "upload//a.png",
        "upload/a%20b.png",
        "upload/a/../b.png",
        "upload/.%2Fb.png",
        "upload%2Fa.png",
        "/upload/a.png",
        "https://media.pixverse.ai",
        "https://media.pixverse.ai/",
        "https://media.pixverse.ai/%2Fa.png",
        "https://media.pixverse.ai/upload/a.png/",
        "https://media.pixverse.ai/upload/a.png#t",
        "https://media.pixverse.ai/upload/a.png?x#t",
        "https://media.pixverse.ai/upload/a.png?x\\y",
        "https://media.pixverse.ai/upload/a%2",
        "https://Media.pixverse.ai/upload/a.png",
        "https://media.pixverse.ai./upload/a.png",
        "https://media.pixverse.ai:443/upload/a.png",
        "https://me@media.pixverse.ai/upload/a.png",
        "https://xn--mnchen-3ya.example/a.png",
        "https://a..b/a.png",
        "https://-a.b/a.png",
        "https://a-.b/a.png",
        "https://10.0.0.1/a.png",
        "https://a.0x7f/a.png",
        "https://[::1]/a.png",
        "HTTPS://img.example.com/a.png",
        "ftp://img.example.com/a.png",
        "img.example.com/a.png",
        " upload/a.png",
        "upload/a.png\n",
    ] {
        assert!(!compare(raw), "{raw}");
    }
}

#[test]
fn every_byte_at_every_place_means_the_same_both_ways() {
    for byte in 0..=u8::MAX {
        let byte = char::from(byte);
        for raw in [
            format!("https://{byte}media.pixverse.ai/upload/a.png"),
            format!("https://media{byte}.pixverse.ai/upload/a.png"),
            format!("https://media.pixverse.ai{byte}/upload/a.png"),
            format!("https://a.example.com{byte}upload/a.png"),
            format!("https://1.1.1.{byte}/upload/a.png"),
            format!("https://media.pixverse.ai/{byte}upload/a.png"),
            format!("https://media.pixverse.ai/upload{byte}a.png"),
            format!("https://media.pixverse.ai/upload/%2{byte}a.png"),
            format!("https://media.pixverse.ai/upload/%{byte}F.png"),
            format!("https://media.pixverse.ai/pixverse/default{byte}.mp4"),
            format!("https://media.pixverse.ai/upload/a.png{byte}"),
            format!("https://media.pixverse.ai/upload/a.png?{byte}"),
            format!("https://a.example.com/x?a{byte}b"),
            format!("{byte}upload/a.png"),
            format!("upload/{byte}"),
            format!("upload/a{byte}b.png"),
            format!("upload{byte}/a.png"),
            format!("upload/{UUID}{byte}.png"),
            format!("upload/{byte}{UUID}.png"),
        ] {
            compare(&raw);
        }
    }
}

#[test]
fn every_three_odd_parts_in_a_row_mean_the_same_both_ways() {
    let parts = [
        "/",
        "%2F",
        "%2f",
        ".",
        "..",
        "%2e",
        "default.mp4",
        "pixverse",
        "a",
        "?",
        "#",
        "%",
        "%25",
        "\\",
        ":",
        "@",
        UUID,
        "-",
    ];
    let starts =
        ["", "upload/", "pixverse/x", "https://media.pixverse.ai/", "https://img.example.com", "http://a"];
    for start in starts {
        for (one, two, three) in parts
            .iter()
            .flat_map(|one| parts.iter().map(move |two| (one, two)))
            .flat_map(|(one, two)| parts.iter().map(move |three| (one, two, three)))
        {
            compare(&format!("{start}{one}{two}{three}"));
        }
    }
}

proptest! {
    #[test]
    fn plain_urls_are_taken_for_plain_and_read_alike(
        origin in "(https?://(media\\.pixverse\\.ai|cdn\\.pixverse\\.ai|pixverse-fe-upload\\.oss-[a-z]{2,4}-[1-3]\\.aliyuncs\\.com|([a-z0-9]{1,5}[.-]){0,3}[a-z0-9]{1,3}\\.[a-z]{1,4})/)|upload/|openapi/|pixverse/",
        path in "([A-Za-z0-9_~-]{1,4}[A-Za-z0-9._~-]{0,8}(/|%2F|%2f)){0,4}([a-f0-9]{8}-[a-f0-9]{4}-4[a-f0-9]{3}-8[a-f0-9]{3}-[a-f0-9]{12}|[dD]efault|[a-z0-9-]{1,40})(_seed[0-9]{1,3})?\\.[a-z0-9]{3,4}",
        query in "(\\?[!-\"$-\\[\\]-~]{0,12})?",
    ) {
        let raw = if origin.starts_with("http") { format!("{origin}{path}{query}") } else { format!("{origin}{path}") };
        prop_assert!(compare(&raw), "{} is plain", raw);
    }

    #[test]
    fn one_odd_character_in_a_plain_url_changes_both_ways_alike(
        raw in "(https?://(media\\.pixverse\\.ai|([a-z0-9]{1,3}[.-]){0,2}[a-z]{1,3})/|upload/|pixverse/)([A-Za-z0-9.-]{1,4}(/|%2F)){0,3}(default|[a-z0-9-]{1,4})\\.png(\\?[a-z=/:%]{0,4})?",
        odd in "[\\x00-\\x7f]|[./%?#@:\\\\-]{2}|\\PC",
        at in any::<prop::sample::Index>(),
        is_instead in any::<bool>(),
    ) {
        let at = at.index(raw.len() + 1);
        let end = if is_instead { (at + 1).min(raw.len()) } else { at };
        compare(&raw);
        compare(&format!("{}{odd}{}", &raw[..at], &raw[end..]));
    }

    #[test]
    fn any_text_is_read_alike(raw in "\\PC{0,30}", bytes in "[a-z0-9./%?#:@\\\\\\x00-\\x20-]{0,24}") {
        compare(&raw);
        compare(&bytes);
        compare(&format!("https://{bytes}"));
        compare(&format!("upload/{bytes}"));
    }
}
