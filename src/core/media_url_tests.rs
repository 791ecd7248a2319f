//! The url rules, step by step.

use super::*;

fn key(raw: &str) -> Option<String> {
    object_key(raw)
}

#[test]
fn every_spelling_of_one_object_has_one_key() {
    let spellings = [
        "upload/a1.png",
        "/upload/a1.png",
        "  upload/a1.png ",
        "upload\\a1.png",
        "upload%2Fa1.png",
        "https:\\\\media.pixverse.ai\\upload\\a1.png",
        "media.pixverse.ai/upload/a1.png",
        "//media.pixverse.ai/upload/a1.png",
        "https://media.pixverse.ai/upload/a1.png",
        "HTTPS://Media.Pixverse.AI/upload/a1.png",
        "http://media.pixverse.ai/upload/a1.png",
        "https://media.pixverse.ai:443/upload/a1.png",
        "https://media.pixverse.ai/upload%2Fa1.png",
        "https://media.pixverse.ai/upload/a1.png/",
        "https://media.pixverse.ai//upload/a1.png",
        "https://media.pixverse.ai/upload/a1.png#top",
        "https://media.pixverse.ai/upload/a1.png?x-oss-process=image/resize,w_200",
        "https://cdn.pixverse.ai/upload/a1.png",
        "https://pixverse-fe-upload.oss-accelerate.aliyuncs.com/upload/a1.png",
        "https://pixverse-fe-upload.oss-us-west-1.aliyuncs.com/upload%2Fa1.png",
    ];
    for raw in spellings {
        assert_eq!(key(raw).as_deref(), Some("pixverse:upload/a1.png"), "{raw}");
    }
}

#[test]
fn case_of_the_path_is_kept() {
    assert_ne!(key("upload/A1.png"), key("upload/a1.png"));
    assert_eq!(key("UPLOAD/a1.png"), None);
}

#[test]
fn what_is_no_file_has_no_key_and_no_url() {
    for raw in [
        "",
        "   ",
        "12345",
        "True",
        "foo/bar.jpg",
        "a.png",
        "upload",
        "https://",
        "https://media.pixverse.ai/",
        "data:image/png;base64,AAAA",
        "blob:https://app.pixverse.ai/1",
        "file:///etc/passwd",
        "ftp://h/x",
        "foo.bar/x.jpg",
    ] {
        assert_eq!(key(raw), None, "{raw}");
        assert_eq!(absolute(raw), None, "{raw}");
    }
}

#[test]
fn an_encoded_hash_or_question_mark_stays_in_the_path() {
    let raw = "https://media.pixverse.ai/upload%2Fa%23b%3Fc.png";
    assert_eq!(key(raw).as_deref(), Some("pixverse:upload/a#b?c.png"));
    assert_eq!(absolute(raw).as_deref(), Some("https://media.pixverse.ai/upload/a%23b%3Fc.png"));
    assert_ne!(key(raw), key("https://media.pixverse.ai/upload%2Fa.png"));
}

#[test]
fn decoding_happens_once() {
    let raw = "https://media.pixverse.ai/upload/a%2525b.png";
    assert_eq!(key(raw).as_deref(), Some("pixverse:upload/a%25b.png"));
    assert_ne!(key(raw), key("https://media.pixverse.ai/upload/a%25b.png"));
}

#[test]
fn a_key_and_its_fetch_url_name_the_same_file() {
    for raw in [
        "upload/a b.png",
        "upload/100%.png",
        "upload/%E7%8C%AB.png",
        "upload/猫.png",
        "upload/%FF.png",
        "upload/a%2525b.png",
        "upload%2F..%2Fb.png",
        "https://media.pixverse.ai/upload%2Fa%23b.png",
        "pixverse/x%5Cy.mp4",
        "upload/a%00b.png",
    ] {
        let url = absolute(raw).expect(raw);
        assert_eq!(key(&url), key(raw), "{raw} -> {url}");
        assert_eq!(absolute(&url).as_ref(), Some(&url), "{raw}");
    }
}

#[test]
fn fetch_urls_are_absolute_and_decoded() {
    let expect = [
        ("upload%2F9d6e.png", "https://media.pixverse.ai/upload/9d6e.png"),
        ("/pixverse/mp4/a.mp4", "https://media.pixverse.ai/pixverse/mp4/a.mp4"),
        ("openapi/output/a.mp4", "https://media.pixverse.ai/openapi/output/a.mp4"),
        ("//cdn.pixverse.ai/upload/a.png", "https://cdn.pixverse.ai/upload/a.png"),
        ("media.pixverse.ai:443/upload/a.png", "https://media.pixverse.ai/upload/a.png"),
        (
            "https://media.pixverse.ai/upload%2Fa.png?x-oss-process=image/resize,w_9",
            "https://media.pixverse.ai/upload/a.png",
        ),
    ];
    for (raw, url) in expect {
        assert_eq!(absolute(raw).as_deref(), Some(url), "{raw}");
    }
}

#[test]
fn foreign_urls_stay_as_they_were() {
    let raw = "HTTPS://Img.Example.com:443/A%2Fb.png?sig=a%2Bb#x";
    assert_eq!(absolute(raw).as_deref(), Some(raw));
    assert_eq!(key(raw).as_deref(), Some("https://img.example.com/A%2Fb.png?sig=a%2Bb"));
    assert_ne!(key("http://img.example.com/a.png"), key("https://img.example.com/a.png"));
    assert_eq!(key("//img.example.com/a.png").as_deref(), Some("https://img.example.com/a.png"));
    assert_eq!(
        key("https://img.example.com:8443/a.png").as_deref(),
        Some("https://img.example.com:8443/a.png")
    );
}

#[test]
fn placeholders_are_nobodys_file() {
    for raw in [
        "https://media.pixverse.ai/pixverse-preview/mp4/media/default.mp4",
        "https://media.pixverse.ai/pixverse%2Fmp4%2Fmedia%2Fdefault.mp4?x=1",
        "https://media.pixverse.ai/pixverse/jpg/media/default.jpeg",
        "https://pixverse-fe-upload.oss-accelerate.aliyuncs.com/pixverse/jpg/media/default.jpg",
        "pixverse/jpg/media/default.jpg",
        "/pixverse-preview/mp4/media/default.mp4",
    ] {
        assert!(is_placeholder(raw), "{raw}");
        assert_eq!(key(raw), None, "{raw}");
        assert_eq!(absolute(raw), None, "{raw}");
    }
    for raw in [
        "upload/default.png",
        "https://media.pixverse.ai/upload/default.jpg",
        "pixverse/mp4/default-cut.mp4",
        "default",
    ] {
        assert!(!is_placeholder(raw), "{raw}");
    }
}

#[test]
fn a_uuid_is_read_from_the_file_name_alone() {
    let uuid = "3b1f0c52-1111-4222-8333-aaaaaaaaaaaa";
    for raw in [
        format!("https://media.pixverse.ai/pixverse%2Fmp4%2F{}_seed42.mp4", uuid.to_uppercase()),
        format!("upload/{uuid}.png"),
        format!("https://img.example.com/x/{uuid}?id=1"),
    ] {
        assert_eq!(uuid_in(&raw).as_deref(), Some(uuid), "{raw}");
    }
    for raw in [
        format!("upload/{uuid}/a.png"),
        format!("upload/a.png?id={uuid}"),
        format!("upload/f{uuid}.png"),
        format!("upload/{uuid}0.png"),
        format!("upload/{uuid}-1.png"),
        "upload/00000000-0000-0000-0000-000000000000.png".to_owned(),
    ] {
        assert_eq!(uuid_in(&raw), None, "{raw}");
    }
}

#[test]
fn a_synthetic_id_is_no_uuid() {
    assert_eq!(as_uuid("3b1f0c52-1111-4222-8333-aaaaaaaaaaaa_src_0"), None);
    assert_eq!(
        as_uuid("3B1F0C52-1111-4222-8333-AAAAAAAAAAAA").as_deref(),
        Some("3b1f0c52-1111-4222-8333-aaaaaaaaaaaa")
    );
}
