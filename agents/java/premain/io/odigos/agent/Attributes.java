package io.odigos.agent;

import java.util.LinkedHashMap;
import java.util.Map;

/** Resource attributes in the form of a variable: `key=value,key=value`, values percent-encoded. */
final class Attributes {
  private Attributes() {}

  /** Values as they are written. */
  static Map<String, String> parse(String text) {
    Map<String, String> attributes = new LinkedHashMap<String, String>();
    for (String pair : Files.split(text, ',')) {
      int equals = pair.indexOf('=');
      if (equals > 0) attributes.put(pair.substring(0, equals).trim(), pair.substring(equals + 1).trim());
    }
    return attributes;
  }

  /** The user's attributes win. */
  static String merged(String ours, String users) {
    Map<String, String> all = parse(ours);
    all.putAll(parse(users));
    StringBuilder text = new StringBuilder();
    for (Map.Entry<String, String> attribute : all.entrySet()) {
      if (text.length() > 0) text.append(',');
      text.append(attribute.getKey()).append('=').append(attribute.getValue());
    }
    return text.toString();
  }

  static String decoded(String value) {
    try {
      return java.net.URLDecoder.decode(value.replace("+", "%2B"), "UTF-8");
    } catch (Exception notEncoded) {
      return value;
    }
  }
}
