//! Nothing of a person stays, and what is left still reads the same.

// Fixtures are read from here on: the wall around the core ends where its tests begin.
#[cfg(test)]
use proptest::prelude::*;

use super::*;
use crate::core::facts::Context;
use crate::core::media::MediaType;
use crate::core::payload::cleaned;
use crate::core::probe::report::reading;
use crate::core::providers::pixverse::extract;

fn redacted(payload: &Value) -> Value {
    Redactor::new(payload.to_string()).redact(payload)
}

#[test]
fn an_id_is_the_same_other_id_wherever_it_stands() {
    let payload = json!({
        "video_id": 402_000_000_000_900_u64, "original_video_id": 0, "seed": 77, "template_id": 31,
        "asset_id": "402000000000900", "video_status": 1, "customer_video_path": "upload/402000000000900.mp4",
        "url": "https://media.pixverse.ai/pixverse%2Fmp4%2Fmedia%2Fweb%2Fori%2F3B1F0C52-1111-4222-8333-aaaaaaaaaaaa_seed77.mp4?sig=x#y",
        "video_path": "pixverse/mp4/media/web/ori/3b1f0c52-1111-4222-8333-aaaaaaaaaaaa_seed77.mp4",
        "by_id": { "402000000000900": 1, "ann@b.c": 2 },
    });
    let shown = redacted(&payload);
    let id = "400000000000001";
    assert_eq!((shown["video_id"].to_string().as_str(), &shown["asset_id"]), (id, &json!(id)));
    assert_eq!((&shown["original_video_id"], &shown["video_status"]), (&json!(0), &json!(1)));
    assert_eq!(shown["customer_video_path"], format!("upload/{id}.mp4"));
    let seed = shown["seed"].to_string();
    assert!(seed.len() == 2 && seed != "77" && shown["template_id"] != 31, "{shown}");
    let file = format!("00000000-0000-4000-8000-aaaaaaaaaaab_seed{seed}.mp4");
    let url = format!("https://media.pixverse.ai/pixverse%2Fmp4%2Fmedia%2Fweb%2Fori%2F{file}");
    assert_eq!(
        (&shown["url"], &shown["video_path"]),
        (&json!(url), &json!(format!("pixverse/mp4/media/web/ori/{file}")))
    );
    assert_eq!(shown["by_id"], json!({ id: 1, "name-1": 2 }));
}

#[test]
fn no_replacement_is_somebodys_id() {
    let payload =
        json!({ "video_id": 400_000_000_000_007_u64, "image_id": 400_000_000_000_001_u64, "a_id": 400_000 });
    let shown = redacted(&payload).to_string();
    for left in ["400000000000001", "400000000000007", "400000"] {
        assert!(!shown.contains(left), "{shown}");
    }
}

#[test]
fn texts_times_and_foreign_places_go_and_the_providers_words_stay() {
    let payload = json!({
        "prompt": "Ann lives in Bern", "name": "my-dog.png", "model": "gpt-image-2.0", "create_mode": "hologram",
        "created_at": "2026-11-02T08:00:01Z", "create_time": 1_793_606_401, "modify_time": "2026-11-02 08:00:01",
        "updated_at": 1_793_606_401_000_u64, "queue_time": 12, "negative_prompt": "", "note": "null",
        "original_prompt": "[{\"type\":\"text\",\"text\":\"Ann\"}]", "latitude": 46.948_271,
        "customer_img_url": "https://ann:pw@files.ann.example:8443/home/ann/dog%20one.png?token=abc",
        "customer_img_paths": ["upload/ann/IMG_20260103.jpg", "upload/my dog.png", null],
        "first_frame": "https://media.pixverse.ai/pixverse/jpg/media/default.jpg", "email": "ann@b.c",
    });
    let expect = json!({
        "prompt": "text 3", "name": "text 1", "model": "gpt-image-2.0", "create_mode": "hologram",
        "created_at": "2026-01-01T00:00:00Z", "create_time": 1_767_225_600, "modify_time": "2026-01-01 00:00:00",
        "updated_at": 1_767_225_600_000_u64, "queue_time": 12, "negative_prompt": "", "note": "null",
        "original_prompt": "[{\"text\":\"text 2\",\"type\":\"text\"}]", "latitude": 0.5,
        "customer_img_url": "https://host-1.example.com/name-2/name-3/name-4.png",
        "customer_img_paths": ["upload/name-3/name-1_20000001.jpg", "text 1", null],
        "first_frame": "https://media.pixverse.ai/pixverse/jpg/media/default.jpg", "email": "text 2",
    });
    let shown = redacted(&payload);
    for (name, value) in expect.as_object().unwrap() {
        let is_text = value.as_str().is_some_and(|text| text.starts_with("text "));
        if is_text {
            assert!(shown[name].as_str().unwrap().starts_with("text "), "{name}: {}", shown[name]);
        } else if !matches!(name.as_str(), "customer_img_url" | "customer_img_paths" | "original_prompt") {
            assert_eq!(&shown[name], value, "{name}");
        }
    }
    let text = shown.to_string();
    for left in ["Ann", "ann", "dog", "Bern", "token", "8443", "pw@", "IMG", "home", "20260103", "46.9"] {
        assert!(!text.contains(left), "{left} stays in {text}");
    }
    assert!(shown["customer_img_url"].as_str().unwrap().ends_with(".png"), "{text}");
    assert_eq!(
        serde_json::from_str::<Value>(shown["original_prompt"].as_str().unwrap()).unwrap()[0]["type"],
        "text"
    );
}

#[test]
fn every_fixture_reads_the_same_when_it_is_redacted() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/pixverse");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let media_type = MediaType::parse(name.split('-').next().unwrap()).unwrap();
        let read =
            |text: &str| reading(&extract(Context { media_type, api: None, making: None }, text).unwrap());
        let payload: Value =
            parse_lenient(&cleaned(&std::fs::read_to_string(&path).unwrap()).unwrap().json).unwrap();
        let shown = redacted(&payload).to_string();
        assert_eq!(read(&shown), read(&payload.to_string()), "{name}: {shown}");
        assert_eq!(leaks(&payload, &shown), Vec::<String>::new(), "{name}: {shown}");
        seen += 1;
    }
    assert!(seen > 100);
}

/// Things that must not stay, each put where it may stand.
fn planted(id: u64, secret: &str, words: &str, uuid: &str) -> Value {
    json!({
        "video_id": id, "asset_id": id.to_string(), "unheard_of": id, "video_status": 1, "create_mode": "fusion",
        "prompt": words, "name": words, "note": { "deep": [words, secret] }, "model": secret, "style": words,
        "quality": secret, "status_text": format!("{words} {id}"), "signature": secret, secret: 1,
        "url": format!("https://media.pixverse.ai/pixverse/mp4/media/web/ori/{uuid}_seed{id}.mp4?auth={secret}"),
        "preview": format!("//cdn.pixverse.ai/{secret}/{id}-{secret}.webp"),
        "odd_url": format!("https://{secret}@h{id}.example.net:8080/{secret}?{secret}#{secret}"),
        "customer_paths": {
            "customer_img_paths": [format!("upload/{uuid}.png"), format!("upload%2F{secret}%20{words}.png")],
            "original_prompt": json!([{ "text": words, "id": id }]).to_string(),
        },
    })
}

proptest! {
    #[test]
    fn nothing_that_is_planted_stays(
        id in 1_000_000_u64..=u64::MAX,
        secret in "[A-Za-z]{12}[0-9][A-Za-z]{11,20}",
        words in "[A-Z][a-zé]{4,9} [a-z]{4,9} [a-z]{2,9} [a-z]{4,9}",
        uuid in "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}",
    ) {
        let payload = planted(id, &secret, &words, &uuid);
        let shown = redacted(&payload);
        let text = shown.to_string();
        for left in [&id.to_string(), &secret, &words, &uuid] {
            prop_assert!(!text.contains(left.as_str()), "{left} stays in {text}");
        }
        prop_assert_eq!(leaks(&payload, &text), Vec::<String>::new());
        let read = |payload: &Value| {
            reading(&extract(Context { media_type: MediaType::Video, api: None, making: None }, &payload.to_string()).unwrap())
        };
        prop_assert_eq!(read(&shown), read(&payload));
        prop_assert_eq!(redacted(&payload), shown, "the same again");
    }
}
