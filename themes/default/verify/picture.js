// QR codes from photographs and from the camera, where the browser can read them.

/** The browser's QR reader, or null: few browsers have one. */
export async function reader() {
  const Detector = globalThis.BarcodeDetector;
  if (Detector === undefined) return null;
  try {
    const formats = await Detector.getSupportedFormats();
    return formats.includes('qr_code') ? new Detector({ formats: ['qr_code'] }) : null;
  } catch {
    return null;
  }
}

/** Whether there may be a camera to use. */
export function hasCamera() {
  return navigator.mediaDevices?.getUserMedia !== undefined;
}

/** The text of a photograph's code, or null; rejects what is no picture. */
export async function textOfPicture(detector, file) {
  const bitmap = await createImageBitmap(file);
  try {
    return pick(await detector.detect(bitmap));
  } finally {
    bitmap.close();
  }
}

/** The camera, shown in a video element until a code is found or `stop` is called. */
export class Camera {
  constructor(video) {
    this.video = video;
    this.stream = null;
  }

  /** Resolves with the text of a code, or null if stopped; rejects if the camera may
   *  not be used. */
  async scan(detector) {
    const wanted = { video: { facingMode: 'environment' }, audio: false };
    const stream = await navigator.mediaDevices.getUserMedia(wanted);
    this.stream = stream;
    this.video.srcObject = stream;
    await this.video.play();
    while (this.stream === stream) {
      const text = pick(await detector.detect(this.video).catch(() => []));
      if (text !== null && this.stream === stream) {
        this.stop();
        return text;
      }
      await new Promise((resolve) => { setTimeout(resolve, 150); });
    }
    return null;
  }

  stop() {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.video.srcObject = null;
  }
}

/** Of several codes, the first that looks like a card. */
function pick(codes) {
  const texts = codes.map((code) => code.rawValue);
  return texts.find((text) => /#[0-9]{20,}/.test(text)) ?? texts[0] ?? null;
}
