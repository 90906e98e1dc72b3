import { describe, expect, it } from "vitest";
import { digits } from "../src/digits.ts";
import { drawImage } from "../src/index.ts";

describe("drawImage", () => {
  it("draws a digit that a person can read", async () => {
    const { inputs } = await digits();
    expect(`\n${drawImage(inputs.subarray(1381 * 784, 1382 * 784), { width: 28, height: 28 })}\n`)
      .toMatchInlineSnapshot(`
      "
                                  
                                  
                      ░░░ ░▒▒░    
              ▒▒▓▓██████▓▒▓▒▒     
              ▒█▓███▒░▒▓          
                 ▒█▒              
                  ▒█▒░░           
                    ▒██▓░         
                       ███        
                   ░▒▓███▓        
                ▒▓████▓░          
           ░▒█████▓▒              
          ░▒▒▒▒░░                 
                                  
      "
    `);
  });

  it("draws shades from the lightest to the darkest", () => {
    const image = [0, 50, 51, 102, 153, 203, 204, 255];
    expect(drawImage([...image, ...image], { width: 8, height: 2 })).toBe("  ░▒▓▓██");
  });

  it("averages the two pixels of a character and draws a last odd row by itself", () => {
    expect(drawImage([0, 9, 9, 9, 9, 0], { width: 2, height: 3, maximum: 9, shades: ".-#" })).toBe("-#\n#.");
  });

  it("draws the values beyond the range as its ends, and NaN as a question mark", () => {
    expect(drawImage([-5, 2, NaN], { width: 3, height: 1, maximum: 1, shades: ".#" })).toBe(".#?");
  });

  it("keeps wide characters of the shades whole", () => {
    expect(drawImage([0, 1], { width: 2, height: 1, maximum: 1, shades: "🌑🌕" })).toBe("🌑🌕");
  });

  it("refuses an image of another size", () => {
    expect(() => drawImage(new Uint8Array(783), { width: 28, height: 28 })).toThrow(
      "drawImage: the image has 783 values, 28 × 28 pixels need 784; give the size that it has",
    );
  });
});
