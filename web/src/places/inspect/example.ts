// A transition between two stills, with an id longer than JavaScript's numbers.
export const EXAMPLE = `{
  "video_id": 6274310000012345678,
  "create_mode": "transition",
  "video_status": 1,
  "prompt": "the lighthouse dissolves into the harbour at dawn",
  "model": "v5.5",
  "quality": "720p",
  "duration": 8,
  "output_width": 1280,
  "output_height": 720,
  "created_at": "2026-10-18T07:41:09Z",
  "url": "https://media.pixverse.ai/pixverse%2Fmp4%2Fmedia%2Fweb%2Fori%2F0f3c2f6e-5d0b-4a8e-9b1d-2f1f6f0c7a11_seed42.mp4",
  "customer_paths": {
    "customer_img_paths": [
      "upload/7b0e1c9a-2b2e-4f0c-8f0e-5a2f5d1b9c01.png",
      "pixverse/i2i/ori/5c8d1f7a-91f3-4a5e-b0aa-6b2f4f7f0e22.png"
    ]
  }
}`;
