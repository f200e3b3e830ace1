"""Files as a person brings them to a page."""

import base64
import io

from PIL import Image
from playwright.sync_api import FilePayload, Page


def picture(colour: str, name: str, size: tuple[int, int] = (64, 48)) -> FilePayload:
    """A file as a person chooses it."""
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, "JPEG")
    return {"name": name, "mimeType": "image/jpeg", "buffer": buffer.getvalue()}


def drop(page: Page, selector: str, *files: FilePayload) -> None:
    """Drop files on an element."""
    page.evaluate(
        """([selector, files]) => {
            const dropped = new DataTransfer();
            for (const [name, data] of files) {
                const bytes = Uint8Array.from(atob(data), c => c.charCodeAt(0));
                dropped.items.add(new File([bytes], name, {type: "image/jpeg"}));
            }
            const event = new DragEvent("drop", {dataTransfer: dropped, bubbles: true, cancelable: true});
            document.querySelector(selector).dispatchEvent(event);
        }""",
        [selector, [[file["name"], base64.b64encode(file["buffer"]).decode()] for file in files]],
    )
