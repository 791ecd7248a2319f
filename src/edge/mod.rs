//! Cloudflare: entry points, D1, queues, fetch, crypto, HTTP rendering. No rule about media stands here.
