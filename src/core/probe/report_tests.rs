//! What a whole probe says at its end.

use super::*;
use crate::core::probe::Answered;

fn asked(clips: &str, detail: &str) -> Asked {
    let answer = |name: &str, resp: &str| Answered {
        name: name.to_owned(),
        status: Some(200),
        body: format!("{{\"ErrCode\":0,\"Resp\":{resp}}}"),
    };
    let mut replies = vec![answer("who", r#"{"Username":"ann"}"#), answer("page of video/created", clips)];
    replies.push(answer("detail of video/extend", detail));
    replies.push(Answered {
        name: "page of image/created".to_owned(),
        status: None,
        body: "no answer".to_owned(),
    });
    replies.push(Answered {
        name: "page of image/uploaded".to_owned(),
        status: Some(200),
        body: r#"{"ErrCode":500069,"ErrMsg":"token very-secret is busy","Resp":null}"#.to_owned(),
    });
    Asked {
        account: "ann".to_owned(),
        credential_kind: "token".to_owned(),
        replies,
        fixtures: vec![(
            "video-a.json".to_owned(),
            r#"{"video_id":7,"create_mode":"extend","video_status":1,"original_video_id":5}"#.to_owned(),
        )],
        ..Asked::default()
    }
}

const ROW: &str = r#"{"video_id":402000000000900,"create_mode":"extend","video_status":1,"nick_name":"Ann",
    "original_video_id":402000000000100,"brand_new":{"to":"Ann Smith of Bern"}}"#;

#[test]
fn what_is_new_is_told_and_a_fixture_of_it_is_made() {
    let report = report(&asked(&format!("{{\"data\":[{ROW}, 7]}}"), ROW));
    let lines: Vec<&str> = report["lines"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(lines.contains(&"page of video/created: 2 rows"), "{lines:#?}");
    assert!(lines.contains(&"page of video/created: a row is no object"), "{lines:#?}");
    assert!(lines.contains(&"  new       $.brand_new.to  string (text of 17 characters)"), "{lines:#?}");
    assert!(lines.contains(&"page of video/uploaded: not asked"), "{lines:#?}");
    let failed: Vec<_> = lines.iter().filter(|line| line.contains("failed")).collect();
    assert_eq!(failed.len(), 2, "{lines:#?}");
    let names: Vec<_> = report["fixtures"].as_array().unwrap().iter().map(|one| &one["name"]).collect();
    assert_eq!(names, ["video-extend-listed.json", "video-extend-detail.json"]);
    let fixture: Value = serde_json::from_str(report["fixtures"][0]["text"].as_str().unwrap()).unwrap();
    assert_eq!(
        fixture.to_string(),
        r#"{"brand_new":{"to":"text 1"},"create_mode":"extend","original_video_id":400000000000001,"video_id":400000000000002,"video_status":1}"#
    );
    let all = report.to_string();
    for left in ["Ann", "very-secret", "402000000000900", "402000000000100"] {
        assert!(!all.contains(left), "{left}");
    }
}

#[test]
fn what_would_read_differently_is_not_written() {
    // The extractor takes this text for the end of a video; redacted it is none.
    let mut redactor = Redactor::default();
    let row: Value = serde_json::from_str(ROW).unwrap();
    let listing = LISTINGS[0];
    let mut facts = facts_of(listing, ROW).unwrap();
    assert!(fixture(&mut redactor, &Live { facts: facts.clone(), row: row.clone() }).is_ok());
    facts.parents.clear();
    let refused = fixture(&mut redactor, &Live { facts, row }).unwrap_err();
    assert!(refused.contains("differently"), "{refused}");
}
