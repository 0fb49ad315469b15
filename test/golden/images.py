"""Draws small pictures in every encoding and writes what Pillow decodes, resizes and crops them to.

    python test/golden/images.py        (Pillow and NumPy; torchvision's sizes are written out below)

Makes test/golden/images/: the pictures, and golden.json.
"""

import base64
import hashlib
import io
import json
import struct
import zlib
from pathlib import Path

import numpy as np
import PIL
from PIL import Image, ImageDraw, ImageOps

OUT = Path(__file__).parent / "images"


def noise(height, width, seed):
    """A picture that the test draws too: xorshift32 bytes, the upper byte of every state."""
    state, pixels = seed, np.empty(height * width * 3, np.uint8)
    for i in range(pixels.size):
        state ^= (state << 13) & 0xFFFFFFFF
        state ^= state >> 17
        state ^= (state << 5) & 0xFFFFFFFF
        pixels[i] = state >> 24
    return pixels.reshape(height, width, 3)


def scene(width=37, height=29):
    """Gradients, a disc and an arrow: no symmetry, so that every orientation differs."""
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    pixels = np.stack([x * 255 // width, y * 255 // height, (x * y) % 256], -1).astype(np.uint8)
    picture = Image.fromarray(pixels)
    draw = ImageDraw.Draw(picture)
    draw.ellipse((4, 3, 15, 14), fill=(230, 40, 60))
    draw.polygon([(20, 24), (33, 24), (33, 12)], fill=(20, 200, 90))
    return picture


def sixteen_bit_png(pixels, colour_type):
    """Pillow cannot write 16-bit colour, so the chunks are put together here."""

    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    height, width = pixels.shape[:2]
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)
    head = struct.pack(">IIBBBBB", width, height, 16, colour_type, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


def pictures():
    rgb = scene()
    alpha = Image.fromarray(np.tile(np.arange(37, dtype=np.uint8) * 7, (29, 1)))
    rgba = rgb.copy()
    rgba.putalpha(alpha)
    grey = rgb.convert("L")
    wide = np.asarray(rgb).astype(np.uint16) * 257 + np.arange(37, dtype=np.uint16)[None, :, None] % 200

    def save(name, image, **options):
        buffer = io.BytesIO()
        image.save(buffer, **options)
        (OUT / name).write_bytes(buffer.getvalue())

    save("colour.jpg", rgb, format="JPEG", quality=88)
    save("colour-444.jpg", rgb, format="JPEG", quality=95, subsampling=0)
    save("progressive.jpg", rgb, format="JPEG", quality=80, progressive=True)
    save("colour.png", rgb, format="PNG", optimize=True)
    save("lossy.webp", rgb, format="WEBP", quality=80)
    save("lossless.webp", rgb, format="WEBP", lossless=True)
    save("alpha.webp", rgba, format="WEBP", lossless=True, exact=True)
    save("colour.tiff", rgb, format="TIFF", compression="tiff_deflate")
    save("palette.gif", rgb.quantize(32), format="GIF")
    save("grey.jpg", grey, format="JPEG", quality=90)
    save("grey.png", grey, format="PNG")
    save("alpha.png", rgba, format="PNG")
    save("grey-alpha.png", Image.merge("LA", (grey, alpha)), format="PNG")
    save("cmyk.jpg", rgb.convert("CMYK"), format="JPEG", quality=90)
    save("palette.png", rgb.quantize(24), format="PNG")
    save("palette-alpha.png", rgb.quantize(24), format="PNG", transparency=3)
    save("two-colours.png", grey.convert("1"), format="PNG")
    save("one-pixel.png", Image.new("RGB", (1, 1), (12, 200, 77)), format="PNG")
    save("one-pixel.jpg", Image.new("RGB", (1, 1), (12, 200, 77)), format="JPEG")
    (OUT / "sixteen-bit.png").write_bytes(sixteen_bit_png(wide, 2))
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        save(f"exif-{orientation}.jpg", rgb, format="JPEG", quality=75, exif=exif)
    # Pillow clips 16-bit grey to 255 or takes its upper byte, by version: the upper byte is written down as right.
    wide_grey = wide[..., 1]
    (OUT / "sixteen-bit-grey.png").write_bytes(sixteen_bit_png(wide_grey, 0))
    return {"sixteen-bit-grey.png": np.repeat((wide_grey >> 8).astype(np.uint8)[..., None], 3, -1)}


def packed(pixels):
    height, width = pixels.shape[:2]
    data = base64.b64encode(zlib.compress(np.ascontiguousarray(pixels).tobytes(), 9)).decode()
    return {"height": height, "width": width, "pixels": data}


def digest(array):
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()


def resized(pixels, height, width, interpolation="bilinear"):
    """Along x, then along y: the order of every Pillow before 13, which turns it round for high pictures."""
    resampling = Image.Resampling[interpolation.upper()]
    across = Image.fromarray(pixels).resize((width, pixels.shape[0]), resampling)
    return np.asarray(across.resize((width, height), resampling))


def resize_size(height, width, size):
    """torchvision.transforms.Resize: an int is the short side, a pair is exact."""
    if size is None:
        return height, width
    if not isinstance(size, int):
        return size
    short, long = (width, height) if width <= height else (height, width)
    new_short, new_long = size, int(size * long / short)
    return (new_long, new_short) if width <= height else (new_short, new_long)


def center_crop(pixels, crop):
    """torchvision.transforms.CenterCrop on a PIL image: black padding first, then Python's round."""
    height, width = pixels.shape[:2]
    ch, cw = crop
    left = (cw - width) // 2 if cw > width else 0
    top = (ch - height) // 2 if ch > height else 0
    right = (cw - width + 1) // 2 if cw > width else 0
    bottom = (ch - height + 1) // 2 if ch > height else 0
    pixels = np.pad(pixels, ((top, bottom), (left, right), (0, 0)))
    height, width = pixels.shape[:2]
    y, x = int(round((height - ch) / 2.0)), int(round((width - cw) / 2.0))
    return pixels[y : y + ch, x : x + cw], (y - top, x - left)


def normalise(pixels, mean, std):
    """ToTensor and Normalize: float32 after every step."""
    values = pixels.astype(np.float32) / np.float32(255)
    return (values - np.array(mean, np.float32)) / np.array(std, np.float32)


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    own = pictures()
    decoded = {}
    for file in sorted(OUT.iterdir()):
        if file.suffix == ".json":
            continue
        pixels = own.get(file.name)
        if pixels is None:
            pixels = np.asarray(ImageOps.exif_transpose(Image.open(file)).convert("RGB"))
        decoded[file.name] = packed(pixels)

    resizes = []
    for height, width, to in [
        (31, 47, (11, 17)), (31, 47, (31, 9)), (31, 47, (8, 47)), (31, 47, (31, 47)), (13, 7, (40, 29)),
        (13, 7, (5, 60)), (1, 1, (6, 4)), (2, 3, (1, 1)), (50, 1, (7, 3)),
    ]:
        pixels = noise(height, width, 7)
        resizes.append({"from": [height, width], "seed": 7, **packed(resized(pixels, *to))})
    for interpolation in ("bilinear", "bicubic"):
        for height, width, to in [(375, 500, (256, 341)), (211, 307, (640, 511)), (1201, 97, (256, 256))]:
            out = resized(noise(height, width, 11), *to, interpolation)
            resizes.append({
                "from": [height, width], "seed": 11, "height": to[0], "width": to[1], "sha256": digest(out),
                **({} if interpolation == "bilinear" else {"interpolation": interpolation}),
            })
    for height, width, to in [(31, 47, (11, 17)), (31, 47, (8, 47)), (13, 7, (40, 29)), (2, 3, (1, 1)), (50, 1, (7, 3))]:
        pixels = resized(noise(height, width, 7), *to, "bicubic")
        resizes.append({"from": [height, width], "seed": 7, "interpolation": "bicubic", **packed(pixels)})

    mean, std = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
    prepared = []
    for height, width, resize, crop in [
        (150, 101, 64, (56, 56)), (101, 150, 64, (56, 48)), (97, 203, 40, (33, 34)), (64, 64, 32, (32, 32)),
        (20, 31, None, (32, 32)), (21, 64, None, (32, 15)), (90, 77, (41, 53), (24, 53)), (19, 333, 33, (60, 60)),
        (1, 1, 46, (40, 40)), (255, 256, None, (224, 224)), (33, 35, None, (32, 32)), (3, 1000, 8, (8, 8)),
    ]:
        size = resize_size(height, width, resize)
        crop_pixels, (top, left) = center_crop(resized(noise(height, width, 3), *size), crop)
        prepared.append({
            "from": [height, width], "seed": 3, "resize": resize, "crop": crop, "resized": size, "top": top,
            "left": left, "pixels": digest(crop_pixels), "values": digest(normalise(crop_pixels, mean, std)),
        })

    ramp = np.linspace(-2, 3, 15, dtype=np.float32)
    npy = []
    for shape in [(15,), (3, 5), (5, 3, 1)]:
        buffer = io.BytesIO()
        np.save(buffer, ramp.reshape(shape))
        npy.append({"shape": shape, "values": ramp.tolist(), "bytes": base64.b64encode(buffer.getvalue()).decode()})

    golden = {
        "made": f"Pillow {PIL.__version__}, NumPy {np.__version__}",
        "decoded": decoded, "resizes": resizes, "prepared": prepared, "npy": npy,
    }
    (OUT / "golden.json").write_text(json.dumps(golden, indent=1) + "\n")


main()
