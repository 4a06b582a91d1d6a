// Reads a code with the camera: live where the browser may and can, else off a photograph that the daemon decodes.

const WIDEST_PX = 1600;
const FORMATS = ['ean_13', 'ean_8', 'upc_a', 'upc_e', 'code_128', 'code_39', 'itf', 'qr_code'];

/** Calls `found` with each code that is read. `button` carries the words. */
export async function read(button, found, say) {
  if (window.isSecureContext && 'BarcodeDetector' in window && navigator.mediaDevices) {
    try {
      return await live(button, found);
    } catch {
      // No camera, or no leave to use it: a photograph needs neither from us.
    }
  }
  photograph(button, found, say);
}

async function live(button, found) {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
  const supported = await BarcodeDetector.getSupportedFormats();
  const formats = FORMATS.filter((format) => supported.includes(format));
  if (!formats.length) {
    for (const track of stream.getTracks()) track.stop();
    throw new Error('no formats');
  }
  const detector = new BarcodeDetector({ formats });
  const dialog = document.createElement('dialog');
  const video = document.createElement('video');
  const words = document.createElement('p');
  const close = document.createElement('button');
  dialog.className = 'camera';
  dialog.setAttribute('aria-label', button.dataset.aim);
  words.textContent = button.dataset.aim;
  close.textContent = button.dataset.stop;
  video.playsInline = true;
  video.muted = true;
  video.srcObject = stream;
  dialog.append(words, video, close);
  document.body.append(dialog);
  let over = false;
  dialog.addEventListener('close', () => {
    over = true;
    for (const track of stream.getTracks()) track.stop();
    dialog.remove();
    button.focus();
  });
  close.addEventListener('click', () => dialog.close());
  dialog.showModal();
  await video.play();
  let last = '';
  let lastAt = 0;
  const look = async () => {
    if (over) return;
    try {
      const [code] = await detector.detect(video);
      const now = performance.now();
      // The same pack stays in view for a while and is one pack.
      if (code && (code.rawValue !== last || now - lastAt > 2500)) {
        found(code.rawValue);
        navigator.vibrate?.(60);
        words.textContent = code.rawValue;
        last = code.rawValue;
      }
      if (code) lastAt = now;
    } catch {
      // A frame that is not there yet.
    }
    requestAnimationFrame(look);
  };
  look();
}

function photograph(button, found, say) {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = 'image/*';
  input.setAttribute('capture', 'environment');
  input.addEventListener('change', async () => {
    const [photo] = input.files;
    if (!photo) return;
    const form = new FormData();
    form.append('photo', await smaller(photo), 'photo.jpg');
    try {
      const response = await fetch('/kasir/foto', { method: 'POST', body: form });
      const { codes } = await response.json();
      if (codes?.length) found(codes[0]);
      else say(button.dataset.nothing);
    } catch {
      say(button.dataset.nothing);
    }
  });
  input.click();
}

/** A telephone's photograph is larger than a code needs. */
async function smaller(photo) {
  try {
    const image = await createImageBitmap(photo);
    const scale = Math.min(1, WIDEST_PX / Math.max(image.width, image.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(image.width * scale);
    canvas.height = Math.round(image.height * scale);
    canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, 'image/jpeg', 0.9));
    return blob ?? photo;
  } catch {
    return photo;
  }
}
