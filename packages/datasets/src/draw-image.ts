import { checkOptions, type Fields, GradloomError, positiveNumber, required, rule, wholeNumber } from "@gradloom/core";

/** How `drawImage` reads and draws an image. */
export interface DrawImageOptions {
  /** Pixels in a row. */
  readonly width: number;
  /** Rows of pixels. */
  readonly height: number;
  /** The value of the darkest shade (the lightest is 0); the default is 255. */
  readonly maximum?: number;
  /** Characters from the lightest to the darkest; the default is `" ░▒▓█"`. */
  readonly shades?: string;
}

const drawImageFields: Fields<DrawImageOptions> = {
  width: required(wholeNumber(1)),
  height: required(wholeNumber(1)),
  maximum: positiveNumber,
  shades: rule("one or more characters", (value) => typeof value === "string" && value !== ""),
};

/**
 * A grey image `[height, width]` as lines of text. A character stands for two pixels, one above the other, as it is about twice
 * as high as wide. Values beyond 0 and `maximum` are drawn as these, NaN as `?`.
 */
export function drawImage(image: ArrayLike<number>, options: DrawImageOptions): string {
  checkOptions("drawImage", drawImageFields, options);
  const { width, height, maximum = 255, shades = " ░▒▓█" } = options;
  if (image?.length !== width * height) {
    throw new GradloomError(
      "image-size",
      `drawImage: the image has ${Number(image?.length)} values, ${width} × ${height} pixels need ${width * height}; give the size that it has`,
    );
  }
  const palette = [...shades];
  const lines = Array.from({ length: Math.ceil(height / 2) }, (_, line) => {
    const above = 2 * line * width;
    const below = 2 * line + 1 < height ? above + width : above;
    return Array.from({ length: width }, (_, column) => {
      const grey = (image[above + column]! + image[below + column]!) / 2 / maximum;
      return palette[Math.min(Math.max(Math.floor(grey * palette.length), 0), palette.length - 1)] ?? "?";
    }).join("");
  });
  return lines.join("\n");
}
