// Reads a code with the camera: live where the browser may, its frames read by the browser itself or else by the daemon;
// without a camera off a photograph, which the daemon reads.

const PHOTO_PX = 1600;
const FRAME_PX = 960;
// Between two frames for the daemon, which has sales to make.
const FRAME_GAP_MS = 120;
// The same pack stays in view for a while and is one pack: it is another once it was out of view for as long, and for
// more than one unlucky frame.
const AGAIN_MS = 2500;
const AGAIN_FRAMES = 3;
const FORMATS = ['ean_13', 'ean_8', 'upc_a', 'upc_e', 'code_128', 'code_39', 'itf', 'qr_code'];

let refused = !(window.isSecureContext && navigator.mediaDevices?.getUserMedia);
let opening = false;

/** Calls `found` with each code that is read, which promises what came of it in words. `button` carries the words; `say` tells what went wrong, or '' for nothing. */
export async function read(button, found, say) {
  if (opening) return;
  if (refused) return photograph(button, found, say);
  opening = true;
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
    await watch(button, stream, found);
  } catch {
    // No camera, or no leave to use it. A browser opens its choice of photographs only right after a tap.
    refused = true;
    if (navigator.userActivation?.isActive) photograph(button, found, say);
    else say(button.dataset.again);
  } finally {
    opening = false;
  }
}

/** What reads the codes of a frame: a function of the video, and how long to leave it alone in between. */
async function reader() {
  if ('BarcodeDetector' in window) {
    const supported = await BarcodeDetector.getSupportedFormats();
    const formats = FORMATS.filter((format) => supported.includes(format));
    if (formats.length) {
      const detector = new BarcodeDetector({ formats });
      return { pause: 0, codes: async (video) => (await detector.detect(video)).map((code) => code.rawValue) };
    }
  }
  return {
    pause: FRAME_GAP_MS,
    codes: async (video) => send(await shrunk(video, video.videoWidth, video.videoHeight, FRAME_PX), true),
  };
}

async function watch(button, stream, found) {
  const dialog = document.createElement('dialog');
  const video = document.createElement('video');
  const words = document.createElement('p');
  const close = document.createElement('button');
  dialog.className = 'camera';
  dialog.setAttribute('aria-label', button.dataset.aim);
  words.textContent = button.dataset.aim;
  words.setAttribute('role', 'status');
  close.textContent = button.dataset.stop;
  video.playsInline = true;
  video.muted = true;
  video.srcObject = stream;
  dialog.append(words, video, close);
  document.body.append(dialog);
  let over = false;
  const end = () => dialog.close();
  const hidden = () => document.hidden && end();
  dialog.addEventListener('close', () => {
    over = true;
    document.removeEventListener('visibilitychange', hidden);
    // Or its light stays on.
    for (const track of stream.getTracks()) track.stop();
    dialog.remove();
    button.focus();
  });
  close.addEventListener('click', end);
  document.addEventListener('visibilitychange', hidden);
  for (const track of stream.getTracks()) track.addEventListener('ended', end);
  dialog.showModal();
  let reads;
  try {
    await video.play();
    reads = await reader();
  } catch (fault) {
    if (over) return;
    end();
    throw fault;
  }
  let last = '';
  let lastAt = 0;
  let without = 0;
  const look = async () => {
    if (over) return;
    try {
      const [code] = await reads.codes(video);
      if (over) return;
      const now = performance.now();
      if (code) {
        if (code !== last || (without >= AGAIN_FRAMES && now - lastAt > AGAIN_MS)) {
          navigator.vibrate?.(60);
          words.textContent = code;
          // The cart lies behind the picture.
          found(code).then((told) => {
            if (told && last === code) words.textContent = told;
          });
        }
        last = code;
        lastAt = now;
        without = 0;
      } else without += 1;
    } catch {
      // A frame that is not there yet, or a daemon that is not.
    }
    setTimeout(() => requestAnimationFrame(look), reads.pause);
  };
  look();
}

/** The codes that the daemon reads off a picture: at a glance, or as well as it can. */
async function send(picture, glance) {
  const form = new FormData();
  form.append('photo', picture, 'photo.jpg');
  if (glance) form.append('glance', '1');
  const response = await fetch('/kasir/foto', { method: 'POST', body: form });
  const { codes } = await response.json();
  return codes ?? [];
}

function photograph(button, found, say) {
  let input = button.parentElement.querySelector('input[type=file]');
  if (!input) {
    input = document.createElement('input');
    input.type = 'file';
    input.accept = 'image/*';
    input.hidden = true;
    input.setAttribute('capture', 'environment');
    button.after(input);
    input.addEventListener('change', async () => {
      const [photo] = input.files;
      if (!photo) return;
      say(button.dataset.reading);
      try {
        const [code] = await send(await smaller(photo), false);
        if (code) {
          say('');
          found(code);
        } else say(button.dataset.nothing);
      } catch {
        say(button.dataset.lost);
      }
      // The same photograph may be chosen again.
      input.value = '';
    });
  }
  input.click();
}

/** A telephone's photograph is larger than a code needs. */
async function smaller(photo) {
  try {
    const image = await createImageBitmap(photo);
    return (await shrunk(image, image.width, image.height, PHOTO_PX)) ?? photo;
  } catch {
    return photo;
  }
}

async function shrunk(image, width, height, longest) {
  const scale = Math.min(1, longest / Math.max(width, height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, 'image/jpeg', 0.9));
}
