// Trying the devices: only the browser can open them. All words are in the page; here they are shown.
"use strict";
const check = document.querySelector("[data-check]");
const form = document.getElementById("check-form");
const began = performance.now();
const found = { problem: "", line: "", sound: "" };
let stream, audio, listening;

const all = (name) => [...check.querySelectorAll(`[data-${name}]`)];
const part = (name) => all(`check-${name}`)[0];
const show = (name, on = true) => (part(name).hidden = !on);
const only = (kind, code) => all(kind).forEach((panel) => (panel.hidden = panel.dataset[kind] !== code));

// What is sent when the person goes on: the first thing that stood in the way, else what the line is good for.
function conclude() {
  const reason = found.problem || found.sound || found.line || "skipped";
  form.elements.kind.value = ["full", "lower"].includes(reason) ? "check_passed" : "check_failed";
  form.elements.reason.value = reason;
  form.elements.milliseconds.value = Math.round(performance.now() - began);
  only("problem", found.problem);
  only("verdict", found.line);
  show("phone", form.elements.kind.value === "check_failed");
}

function nameTrouble({ name }) {
  if (["NotAllowedError", "SecurityError"].includes(name)) return "camera_denied";
  return ["NotFoundError", "OverconstrainedError"].includes(name) ? "camera_absent" : "camera_busy";
}

// Whose settings to explain; the rest of the help stays folded away.
function family() {
  const self = navigator.userAgent;
  if (/iPhone|iPad/.test(self) || (/Macintosh/.test(self) && navigator.maxTouchPoints > 1)) return "ios";
  if (/Android/.test(self)) return "android";
  if (/Firefox\//.test(self)) return "firefox";
  return /Chrome\//.test(self) ? "chrome" : "safari";
}

async function open(video = true) {
  stream?.getTracks().forEach((track) => track.stop());
  const chosen = (name) => part(name).value && { deviceId: { exact: part(name).value } };
  stream = await navigator.mediaDevices.getUserMedia({
    audio: chosen("microphone") || true,
    video: video && (chosen("camera") || { facingMode: "user" }),
  });
  part("mirror").srcObject = stream;
  show("picture", video);
  await fillChoices();
  listen();
}

async function fillChoices() {
  const devices = await navigator.mediaDevices.enumerateDevices();
  for (const [name, kind] of [["camera", "videoinput"], ["microphone", "audioinput"], ["speaker", "audiooutput"]]) {
    const select = part(name);
    const before = select.value;
    const options = devices.filter((one) => one.kind === kind && one.label).map((one) => new Option(one.label, one.deviceId));
    select.replaceChildren(...options);
    if (options.some((one) => one.value === before)) select.value = before;
    select.closest(".field").hidden = options.length < 2 || (name === "speaker" && !("setSinkId" in AudioContext.prototype));
  }
}

function listen() {
  audio ??= new AudioContext();
  audio.resume();
  const analyser = audio.createAnalyser();
  audio.createMediaStreamSource(stream).connect(analyser);
  const wave = new Float32Array(analyser.fftSize);
  clearInterval(listening);
  listening = setInterval(() => {
    analyser.getFloatTimeDomainData(wave);
    part("level").value = Math.min(1, Math.max(...wave.map(Math.abs)) * 2.5);
    if (part("level").value > 0.12) show("heard");
  }, 100);
}

async function start() {
  if (!navigator.mediaDevices?.getUserMedia || !("RTCPeerConnection" in window)) {
    found.problem = "no_webrtc";
    return conclude();
  }
  found.problem = "";
  show("asking");
  await open().catch((error) => (found.problem = nameTrouble(error)));
  // Without a camera the sound may still be good.
  if (found.problem === "camera_absent") await open(false).catch(() => (found.problem = "microphone_absent"));
  show("asking", false);
  show("start", false);
  show("devices", Boolean(stream?.active));
  show("again", found.problem !== "");
  conclude();
  if (!found.line) measure();
}

// Three rising notes through the chosen loudspeaker.
async function ring() {
  audio ??= new AudioContext();
  await audio.resume();
  if (part("speaker").value) await audio.setSinkId?.(part("speaker").value);
  [523, 659, 784].forEach((pitch, index) => {
    const note = audio.createOscillator();
    const volume = new GainNode(audio, { gain: 0.25 });
    note.frequency.value = pitch;
    note.connect(volume).connect(audio.destination);
    note.start(audio.currentTime + index * 0.3);
    note.stop(audio.currentTime + index * 0.3 + 0.25);
  });
  show("sound-asked");
}

// Pieces of noise each way for about two seconds; thousand bits a second.
async function speed(send) {
  const from = performance.now();
  let pieces = 0;
  for (; performance.now() - from < 2200 && pieces < 16; pieces += 1) {
    const answer = await send(AbortSignal.timeout(4500));
    if (!answer.ok) throw new Error("refused");
    await answer.arrayBuffer();
  }
  return (pieces * check.dataset.piece * 8) / (performance.now() - from);
}

async function measure() {
  const noise = new Uint8Array(Number(check.dataset.piece)).map(() => Math.random() * 256);
  const headers = { "X-CSRFToken": form.elements.csrf_token.value, "Content-Type": "application/octet-stream" };
  show("measuring");
  try {
    const down = await speed((signal) => fetch(check.dataset.line, { signal, cache: "no-store" }));
    const up = await speed((signal) => fetch(check.dataset.line, { signal, headers, method: "POST", body: noise }));
    const slower = Math.min(down, up);
    found.line = slower >= 1500 ? "full" : slower >= 500 ? "lower" : "audio_only";
  } catch (error) {
    found.line = error.name === "TimeoutError" ? "audio_only" : "line_unknown";
  }
  show("measuring", false);
  conclude();
}

function hear(event) {
  found.sound = event.currentTarget.dataset.sound;
  show("sound-good", !found.sound);
  show("sound-bad", Boolean(found.sound));
  conclude();
}

all("starts").forEach((button) => button.addEventListener("click", start));
all("sound").forEach((answer) => answer.addEventListener("click", hear));
all("help").forEach((help) => (help.open = help.dataset.help === family()));
for (const name of ["camera", "microphone"]) part(name).addEventListener("change", () => open().catch(start));
part("ring").addEventListener("click", ring);
show("begin");
