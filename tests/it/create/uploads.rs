//! Inputs that the provider does not have: which they are, how they get there, and what is read out of the answer.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use driftline::core::carry::{Carried, NoSource};
use driftline::core::generation::request::{GenerationRequest, Input};
use driftline::core::generation::uploaded::Uploaded;
use driftline::core::media::{Api, MediaType};
use driftline::core::providers::failure::Class;
use driftline::core::providers::object_store::{Opened, authorization};
use driftline::core::providers::pixverse::create::uploads::{
    Stored, carry_file, parse_carried, parse_registered, register_call, token_call, uploaded_of,
};
use driftline::core::providers::pixverse::create::{
    Fate, Missing, MissingInput, Prepared, accept, as_sent, create_call, missing_inputs, parse_upload,
    source_of, upload_call, validate,
};
use driftline::core::step::Reply;
use serde_json::{Value, json};

use crate::support::sha1;

use super::sample::{LONG_ID, access, clip, kept, keys, made, request, still, uploaded};

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
fn the_library_takes_files_on_its_own_hosts_and_has_others_uploaded() {
    let missing = |input| missing_inputs(&animate(input), Api::Library);
    assert_eq!(missing(still("SOURCE_IMAGE", 0, 'a')), []);
    let mut by_path = foreign("image", "SOURCE_IMAGE");
    by_path["path"] = "upload/a.png".into();
    assert_eq!(missing(by_path), []);
    let by_url = MissingInput { place: 0, missing: Missing::UploadByUrl };
    assert_eq!(missing(foreign("image", "SOURCE_IMAGE")), [by_url]);
    let mut closed = foreign("image", "SOURCE_IMAGE");
    closed["url"] = "http://10.0.0.1/a.png".into();
    let [MissingInput { place: 0, missing: Missing::Refused(reason) }] = &missing(closed)[..] else {
        panic!("a file that nobody can fetch is refused")
    };
    assert!(reason.starts_with("its file is neither on Pixverse's hosts nor at a public"), "{reason}");
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
    let mut closed = foreign("image", "SOURCE_IMAGE");
    closed["url"] = "https://a.internal/a.png".into();
    let violations = validate(&animate(closed), Api::Library);
    assert_eq!(violations.len(), 1);
    assert_eq!((violations[0].pointer.as_str(), violations[0].code), ("/inputs/0", "input_not_at_provider"));
    for api in [Api::Library, Api::OpenPlatform] {
        assert_eq!(validate(&animate(foreign("image", "SOURCE_IMAGE")), api), []);
    }
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
            id: Some(LONG_ID.into()),
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
    let request = accept(&animate(foreign("image", "SOURCE_IMAGE")), Api::OpenPlatform);
    let known = request.inputs[0].clone();
    let uploaded = Uploaded { id: Some(LONG_ID.into()), ..Uploaded::default() };
    let sent = as_sent(&request, &[(known.url.clone().unwrap(), uploaded)], Api::OpenPlatform);
    assert_eq!(missing_inputs(&sent, Api::OpenPlatform), []);
    assert_eq!((&sent.inputs[0].url, &sent.inputs[0].aliases), (&known.url, &known.aliases));
    assert_eq!(as_sent(&request, &[], Api::OpenPlatform), request);
}

fn agent(input: Value) -> GenerationRequest {
    request("video_agent", json!({"prompt": "x", "parameters": {"agent_id": 41}, "inputs": [input]}))
}

#[test]
fn an_agent_gets_urls_of_files_that_the_open_platform_has() {
    let api = Api::OpenPlatform;
    let missing = |input| missing_inputs(&agent(input), api).pop().map(|input| input.missing);
    let clip_there = || made("REFERENCE_VIDEO", 0, "7");
    assert_eq!(missing(kept(clip_there(), "openapi/output/7.mp4")), None);
    assert_eq!(missing(kept(uploaded("image", "REFERENCE_IMAGE", 0, "7"), "upload/7.png")), None);
    assert!(
        matches!(missing(clip_there()), Some(Missing::Refused(reason)) if reason.contains("named by its url"))
    );
    // The library's files lie on the same hosts; whether an agent would take their urls, nobody says.
    for elsewhere in [still("REFERENCE_IMAGE", 0, 'a'), foreign("image", "REFERENCE_IMAGE")] {
        assert_eq!(missing(elsewhere), Some(Missing::UploadByUrl));
    }
    let mut without = foreign("image", "REFERENCE_IMAGE");
    without["url"] = Value::Null;
    assert!(matches!(missing(without), Some(Missing::Refused(_))));
}

#[test]
fn an_agent_is_told_where_the_upload_lies_or_where_the_file_came_from() {
    let api = Api::OpenPlatform;
    let request = accept(&agent(foreign("image", "REFERENCE_IMAGE")), api);
    let source = source_of(&request.inputs[0]).unwrap();
    for (path, told) in
        [(Some("upload/u.png"), "https://media.pixverse.ai/upload/u.png"), (None, source.as_str())]
    {
        let uploaded = Uploaded { id: Some("7".into()), url: None, path: path.map(ToOwned::to_owned) };
        let sent = as_sent(&request, &[(source.clone(), uploaded)], api);
        assert_eq!(missing_inputs(&sent, api), [], "it is uploaded once, whatever the answer says");
        let call = create_call(&sent, api, &access(api), &keys(), &Prepared::default()).unwrap();
        let body: Value = serde_json::from_str(&call.body.unwrap()).unwrap();
        assert_eq!(body["img_references"], json!([{ "img_url": told }]));
        assert_eq!(
            sent.inputs[0].aliases, request.inputs[0].aliases,
            "the source is the file that was asked for"
        );
    }
}

/// What the library has of a still, by an id or without one.
fn in_library(id: Option<&str>) -> Uploaded {
    Uploaded { id: id.map(Into::into), url: None, path: Some("upload/u.png".into()) }
}

#[test]
fn in_the_library_an_input_is_its_upload() {
    let request = animate(foreign("image", "SOURCE_IMAGE"));
    let source = source_of(&request.inputs[0]).unwrap();
    let texts = |request: &GenerationRequest| -> Vec<String> {
        request.inputs[0].aliases.iter().map(|alias| alias.text()).collect()
    };
    for (id, root) in [(Some("7"), Some("id:pixverse:library:image:uploaded:7")), (None, None)] {
        let sent = as_sent(&request, &[(source.clone(), in_library(id))], Api::Library);
        let expected: Vec<&str> = root.into_iter().chain(["key:pixverse:upload/u.png"]).collect();
        assert_eq!(texts(&sent), expected);
        assert_eq!(missing_inputs(&sent, Api::Library), []);
        assert_eq!(sent.inputs[0].url.as_deref(), Some("https://media.pixverse.ai/upload/u.png"));
    }
    // An asset that was asked for stays one with its file, as far as it is nothing else at a provider.
    let mut asset = foreign("image", "SOURCE_IMAGE");
    asset["asset_id"] = "ast_1".into();
    asset["aliases"] = json!(["uuid:x", "key:https://img.example.com/a.png"]);
    let sent = as_sent(&animate(asset), &[(source, in_library(Some("7")))], Api::Library);
    assert_eq!(
        texts(&sent),
        [
            "id:pixverse:library:image:uploaded:7",
            "key:pixverse:upload/u.png",
            "key:https://img.example.com/a.png"
        ]
    );
}

const DATE: &str = "Sun, 01 Nov 2026 08:00:00 GMT";

fn token() -> Reply {
    answer(200, r#"{"ErrCode":0,"Resp":{"Ak":"sealed ak","Sk":"sealed sk","Token":"sealed token"}}"#)
}

fn put(account: &str, source: &str) -> driftline::core::step::ProviderCall {
    let file = (source, MediaType::Image);
    carry_file(&access(Api::Library), account, file, &token(), DATE.into()).unwrap()
}

#[test]
fn keys_come_sealed_and_a_file_goes_under_a_name_that_only_its_account_gives_it() {
    let call = token_call(&access(Api::Library));
    assert_eq!((call.path.as_str(), call.body), ("/creative_platform/getUploadToken", None));
    assert_eq!(call.seal, ["/Resp/Ak", "/Resp/Sk", "/Resp/Token"]);
    let call = put("acc_1", "https://img.example.com/a.png");
    assert!(call.credential.is_none() && call.headers.is_empty() && call.body.is_none());
    let file = call.file.as_deref().unwrap();
    assert_eq!((file.source.as_str(), file.most_bytes), ("https://img.example.com/a.png", 10 * 1024 * 1024));
    assert_eq!(call.path.len(), "/upload/".len() + 36);
    assert_eq!(
        put("acc_1", "https://img.example.com/a.png").path,
        call.path,
        "the same, whenever it is sent"
    );
    assert_ne!(put("acc_2", "https://img.example.com/a.png").path, call.path);
    assert_ne!(put("acc_1", "https://img.example.com/b.png").path, call.path);
    let file = ("https://a.example/a.png", MediaType::Image);
    let without = answer(200, r#"{"ErrCode":0,"Resp":{"Ak":"sealed ak","Sk":"sealed sk"}}"#);
    let refused = carry_file(&access(Api::Library), "acc_1", file, &without, DATE.into());
    assert_eq!(refused.unwrap_err().code, "no_upload_token");
}

/// The whole way of a signature: what is described here, signed with HMAC-SHA1, against the example in the documentation
/// of the object store, and against one of our own requests computed by another program (Node's `crypto`).
#[test]
fn a_request_is_signed_as_the_store_documents_it() {
    let sign =
        |secret: &str, message: &str| STANDARD.encode(sha1::hmac(secret.as_bytes(), message.as_bytes()));
    let documented = "PUT\nODBGOERFMDMzQTczRUY3NUE3NzA5QzdFNUYzMDQxNEM=\ntext/html\nThu, 17 Nov 2005 18:49:58 GMT\n\
        x-oss-magic:abracadabra\nx-oss-meta-author:foo@bar.com\n/oss-example/nelson";
    assert_eq!(sign("OtxrzxIsfpFjA7SwPzILwy8Bw21TLhquhboDYROV", documented), "26NBxoKdsyly4EDv6inkoDft/yA=");

    let call = put("acc_1", "https://img.example.com/a.png");
    let file = call.file.as_deref().unwrap();
    let opened = Opened { access_key: "STS.a".into(), secret: "s".into(), token: "t".into() };
    let headers = file.signer.headers(file.kinds[0], &opened);
    let message = file.signer.message("/upload/a.png", &headers);
    assert_eq!(
        message,
        format!(
            "PUT\n\nimage/png\n{DATE}\nx-oss-date:{DATE}\nx-oss-forbid-overwrite:true\nx-oss-security-token:t\n\
             /pixverse-fe-upload/upload/a.png"
        )
    );
    assert_eq!(
        authorization(&opened, &sign(&opened.secret, &message)),
        "OSS STS.a:KP6E7Ssbf99o4HyxsG9jIpCJu84="
    );
}

#[test]
fn what_became_of_a_file_is_told_by_code() {
    let no_source = |no_source| Reply::Carried(Carried::NoSource(no_source));
    for (reply, code, fate) in [
        (no_source(NoSource::NotPublic), "input_unreachable", Fate::Failed),
        (no_source(NoSource::Endless), "input_unreachable", Fate::Failed),
        (no_source(NoSource::Answered { status: 404 }), "input_unreachable", Fate::Failed),
        (no_source(NoSource::Answered { status: 503 }), "input_unreachable", Fate::Wait),
        (no_source(NoSource::Silent), "input_unreachable", Fate::Wait),
        (no_source(NoSource::TooLarge { most_bytes: 10 * 1024 * 1024 }), "input_too_large", Fate::Failed),
        (
            no_source(NoSource::NotMedia { content_type: Some("text/html".into()) }),
            "input_not_media",
            Fate::Failed,
        ),
        (Reply::Carried(Carried::Refused { status: 403 }), "upload_refused", Fate::Failed),
        (Reply::Carried(Carried::Refused { status: 503 }), "upload_refused", Fate::Wait),
        (Reply::Cut { reason: "timeout".into() }, "cut", Fate::Wait),
    ] {
        let failure = parse_carried(&reply).unwrap_err();
        assert_eq!((failure.failure.code.as_str(), failure.fate), (code, fate), "{reply:?}");
        assert_eq!(failure.failure.class.is_passing(), fate == Fate::Wait);
    }
}

fn stored() -> Stored {
    Stored { key: "upload/u.png".into(), size_bytes: 10, was_there: false }
}

#[test]
fn a_still_is_registered_in_a_batch_and_everything_else_alone() {
    let body = |source, media_type| {
        let call = register_call(&access(Api::Library), (source, media_type), &stored());
        (call.path.clone(), serde_json::from_str::<Value>(call.body.as_deref().unwrap()).unwrap())
    };
    let (path, still) = body("https://img.example.com/x/my%20%2Fcat.png?y=/z.jpg", MediaType::Image);
    assert_eq!(path, "/creative_platform/media/batch_upload_media");
    let image = json!({ "name": "my cat.png", "size": 10, "path": "upload/u.png", "fileName": "my cat.png" });
    assert_eq!(still, json!({ "images": [image] }));
    for (media_type, number) in [(MediaType::Video, 1), (MediaType::Audio, 2)] {
        let (path, file) = body("https://img.example.com", media_type);
        assert_eq!(path, "/creative_platform/media/upload");
        let expected =
            json!({ "name": "u.png", "path": "upload/u.png", "type": number, "file_name": "u.png" });
        assert_eq!(file, expected, "a url without a name gives none");
    }
}

#[test]
fn the_row_of_an_upload_keeps_its_text_and_its_id_to_the_last_digit() {
    let row = format!(r#"{{"id": 5,"asset_id": {LONG_ID},"path": "upload/u.png","err_msg":""}}"#);
    let told = parse_registered(
        &answer(200, &format!(r#"{{"ErrCode":0,"Resp":{{"result":[{row}]}}}}"#)),
        MediaType::Image,
    );
    assert_eq!(told.as_deref(), Ok(row.as_str()));
    assert_eq!(uploaded_of(&row, &stored()).id.as_deref(), Some(LONG_ID), "the one that listings show");
    let told =
        parse_registered(&answer(200, r#"{"ErrCode":0,"Resp":{"path":"upload/v.mp4"}}"#), MediaType::Video)
            .unwrap();
    let expected = Uploaded { path: Some("upload/v.mp4".into()), ..Uploaded::default() };
    assert_eq!(uploaded_of(&told, &stored()), expected, "a clip's answer may name no id");
    let class = |body| parse_registered(&answer(200, body), MediaType::Image).unwrap_err().class;
    let refused =
        r#"{"ErrCode":0,"Resp":{"result":[{"id":0,"path":"upload/u.png","err_msg":"file not found"}]}}"#;
    assert_eq!(class(refused), Class::Validation);
    assert_eq!(class(r#"{"ErrCode":0,"Resp":{"result":[]}}"#), Class::Schema);
    assert_eq!(class(r#"{"ErrCode":500054,"ErrMsg":"no"}"#), Class::Moderation);
}
