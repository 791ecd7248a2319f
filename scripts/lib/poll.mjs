// Waiting for a condition instead of for the clock.

// Asks until `ask` gives something true; null when `deadlineMs` has passed or `isOver` says that waiting is useless.
export async function until(ask, { deadlineMs, everyMs = 100, isOver = () => false }) {
  const deadline = performance.now() + deadlineMs;
  while (performance.now() < deadline && !isOver()) {
    const answer = await ask();
    if (answer) return answer;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  return null;
}

// Whether a url answers with success; any failure is a no.
export async function answers(url) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
