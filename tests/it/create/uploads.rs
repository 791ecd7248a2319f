//! Inputs that the provider does not have: which they are, how they get there, and what is read out of the answer.

use driftline::core::generation::request::{GenerationRequest, Input};
use driftline::core::media::Api;
use driftline::core::providers::failure::Class;
use driftline::core::providers::pixverse::create::{
    Missing, MissingInput, Uploaded, accept, missing_inputs, parse_upload, upload_call, validate,
};
use driftline::core::step::Reply;
use serde_json::{Value, json};

use super::sample::{LONG_ID, access, clip, made, request, still, uploaded};

fn answer(status: u16, body: &str) -> Reply {
    Reply::Answer { status, retry_after_s: None, body: body.to_owned() }
}

fn foreign(media_type: &str, relation: &str) -> Value {
    json!({"media_type": media_type, "relation": relation, "position": 0, "url": "https://img.example.com/a b.png?x=1&y=ü",
        "aliases": ["key:https://img.example.com/a b.png?x=1&y=ü"]})
}

fn animate(input: Value) -> GenerationRequest {
    request("image_to_video", json!({"prompt": "x", "inputs": [input]}))
}

#[test]
fn the_library_takes_files_on_its_own_hosts_and_no_others() {
    let missing = |input| missing_inputs(&animate(input), Api::Library);
    assert_eq!(missing(still("SOURCE_IMAGE", 0, 'a')), []);
    let mut by_path = foreign("image", "SOURCE_IMAGE");
    by_path["path"] = "upload/a.png".into();
    assert_eq!(missing(by_path), []);
    let [MissingInput { place: 0, missing: Missing::Refused(reason) }] =
        &missing(foreign("image", "SOURCE_IMAGE"))[..]
    else {
        panic!("a foreign file is refused")
    };
    assert!(reason.starts_with("its file is not on Pixverse's hosts"), "{reason}");
    let by_id = json!({"media_type": "image", "relation": "SOURCE_IMAGE", "position": 0, "id": "7",
        "aliases": ["id:pixverse:library:image:created:7"]});
    assert!(matches!(&missing(by_id)[..], [MissingInput { missing: Missing::Refused(_), .. }]));
    assert_eq!(
        upload_call(&access(Api::Library), Api::Library, &input(foreign("image", "SOURCE_IMAGE"))),
        None
    );
}

#[test]
fn what_cannot_be_uploaded_is_a_violation() {
    let violations = validate(&animate(foreign("image", "SOURCE_IMAGE")), Api::Library);
    assert_eq!(violations.len(), 1);
    assert_eq!((violations[0].pointer.as_str(), violations[0].code), ("/inputs/0", "input_not_at_provider"));
    assert_eq!(validate(&animate(foreign("image", "SOURCE_IMAGE")), Api::OpenPlatform), []);
}

#[test]
fn the_open_platform_takes_its_own_ids_and_uploads_by_url() {
    let missing = |operation, input: Value| {
        let request = request(operation, json!({"prompt": "x", "inputs": [input]}));
        missing_inputs(&request, Api::OpenPlatform).pop().map(|input| input.missing)
    };
    assert_eq!(missing("image_to_video", uploaded("image", "SOURCE_IMAGE", 0, "7")), None);
    assert_eq!(missing("video_extend", made("SOURCE_VIDEO", 0, "7")), None);
    assert_eq!(missing("video_extend", uploaded("video", "SOURCE_VIDEO", 0, "7")), None);
    assert_eq!(missing("image_to_video", foreign("image", "SOURCE_IMAGE")), Some(Missing::UploadByUrl));
    // A still that was made there has an id of another kind than one that was uploaded.
    let mut made_still = made("SOURCE_IMAGE", 0, "7");
    made_still["media_type"] = "image".into();
    assert!(matches!(missing("image_to_video", made_still.clone()), Some(Missing::Refused(_))));
    made_still["url"] = "https://media.pixverse.ai/openapi/output/7.png".into();
    assert_eq!(missing("image_to_video", made_still), Some(Missing::UploadByUrl));
    assert_eq!(missing("video_upscale", made("SOURCE_VIDEO", 0, "7")), None);
    assert!(matches!(
        missing("video_upscale", uploaded("video", "SOURCE_VIDEO", 0, "7")),
        Some(Missing::Refused(_))
    ));
    let mut elsewhere = clip("SOURCE_VIDEO", 0);
    elsewhere["id"] = Value::Null;
    assert!(matches!(missing("video_upscale", elsewhere.clone()), Some(Missing::Refused(_))));
    assert_eq!(missing("video_extend", elsewhere), Some(Missing::UploadByUrl));
}

fn input(value: Value) -> Input {
    Input::from_json(&value).unwrap()
}

#[test]
fn an_upload_by_url_is_a_form_of_one_member() {
    let api = Api::OpenPlatform;
    let call = upload_call(&access(api), api, &input(foreign("image", "SOURCE_IMAGE"))).unwrap();
    assert_eq!(call.path, "/openapi/v2/image/upload");
    assert_eq!(call.headers, [("content-type", "application/x-www-form-urlencoded".to_owned())]);
    assert_eq!(
        call.body.as_deref(),
        Some("image_url=https%3A%2F%2Fimg%2Eexample%2Ecom%2Fa%20b%2Epng%3Fx%3D1%26y%3D%C3%BC")
    );
    let call = upload_call(&access(api), api, &input(foreign("audio", "SOURCE_AUDIO"))).unwrap();
    assert_eq!(call.path, "/openapi/v2/media/upload");
    assert!(call.body.unwrap().ends_with("&media_type=audio"));
}

#[test]
fn every_spelling_of_an_upload_is_read() {
    let url = "https://media.pixverse.ai/openapi%2Fupload%2Fa.png";
    for (id, link) in [("img_id", "img_url"), ("ImgID", "ImgUrl"), ("id", "url"), ("media_id", "url")] {
        let body = format!(r#"{{"ErrCode":0,"Resp":{{"{id}":{LONG_ID},"{link}":"{url}"}}}}"#);
        let expect = Uploaded {
            id: LONG_ID.into(),
            url: Some("https://media.pixverse.ai/openapi/upload/a.png".into()),
            path: Some("openapi/upload/a.png".into()),
        };
        assert_eq!(parse_upload(&answer(200, &body)), Ok(expect), "{id}");
    }
}

#[test]
fn an_upload_without_an_id_is_a_failure() {
    let class = |status, body| parse_upload(&answer(status, body)).unwrap_err().class;
    assert_eq!(
        class(200, r#"{"ErrCode":0,"Resp":{"img_id":0,"img_url":"https://media.pixverse.ai/a"}}"#),
        Class::Schema
    );
    assert_eq!(class(200, r#"{"ErrCode":0,"Resp":null}"#), Class::Schema);
    assert_eq!(class(500, r#"{"err_code":500052,"err_msg":"refused","resp":null}"#), Class::Moderation);
    assert_eq!(class(200, r#"{"ErrCode":500030,"ErrMsg":"too large"}"#), Class::Validation);
}

#[test]
fn an_upload_stands_in_for_its_input_which_is_still_the_same_file() {
    let mut request = accept(&animate(foreign("image", "SOURCE_IMAGE")), Api::OpenPlatform);
    let known = request.inputs[0].clone();
    Uploaded { id: LONG_ID.into(), url: None, path: None }.stand_in(&mut request.inputs[0]);
    assert_eq!(missing_inputs(&request, Api::OpenPlatform), []);
    assert_eq!((&request.inputs[0].url, &request.inputs[0].aliases), (&known.url, &known.aliases));
}
