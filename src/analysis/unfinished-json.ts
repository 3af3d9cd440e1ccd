/** Whether a text that is not JSON is so because its end is missing, as after a full disk or a broken copy. */

/** @returns true when an object, a list or a string is open at the end, or when the last value is cut */
export function isUnfinished(json: string): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < json.length; i++) {
    const character = json[i];
    if (inString) {
      if (character === '\\') i++;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') depth--;
  }
  // A text that begins otherwise was never a record.
  return /^\s*[[{]/.test(json) && (inString || depth > 0);
}
