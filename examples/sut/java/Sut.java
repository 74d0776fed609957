import static java.time.temporal.ChronoUnit.YEARS;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Date rules of the My Number Card, with java.time. Speaks JSON-RPC 2.0, one object a line. */
public class Sut {
    static final LocalDate ADULTHOOD_LOWERED = LocalDate.of(2022, 4, 1);
    static final int[] WEIGHTS = {6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2};

    public static void main(String[] args) throws IOException {
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (String line; (line = in.readLine()) != null; ) {
            if (!line.isBlank()) {
                out.print(Json.write(answer(line)) + "\n");
                out.flush();
            }
        }
    }

    static Map<String, Object> answer(String line) {
        Object id = null;
        try {
            if (!(Json.read(line) instanceof Map<?, ?> request)) return error(null, -32600, "Invalid request");
            id = request.get("id");
            Map<?, ?> params = request.get("params") instanceof Map<?, ?> map ? map : Map.of();
            return switch (String.valueOf(request.get("method"))) {
                case "describe" -> reply(id, "result", describe());
                case "validity" -> reply(id, "result", validity(new Life(params.get("life"))));
                case "number" -> reply(id, "result", number(params));
                default -> error(id, -32601, "Method not found: " + request.get("method"));
            };
        } catch (Json.SyntaxError e) {
            return error(null, -32700, "Parse error");
        } catch (IllegalArgumentException | DateTimeException e) {
            return error(id, -32602, "Invalid params: " + e.getMessage());
        }
    }

    static Map<String, Object> reply(Object id, String key, Object value) {
        var reply = new LinkedHashMap<String, Object>(Map.of("jsonrpc", "2.0"));
        reply.put("id", id);
        reply.put(key, value);
        return reply;
    }

    static Map<String, Object> error(Object id, int code, String message) {
        return reply(id, "error", Map.of("code", code, "message", message));
    }

    static Map<String, Object> describe() {
        return Map.of("protocol", 1, "name", "java-time", "version", "1.0",
                "capabilities", List.of("validity", "number"), "edition", "2024-05-27", "readings", Map.of());
    }

    static Map<String, Object> validity(Life life) {
        LocalDate card = cardExpires(life);
        LocalDate authentication = certificateExpires(life, "authentication", card);
        LocalDate signature = certificateExpires(life, "signature", earliest(card, authentication));
        var result = new LinkedHashMap<String, Object>();
        result.put("card_expires", card);
        result.put("signature_expires", signature);
        result.put("authentication_expires", authentication);
        result.put("card_renewable_from", renewableFrom(card));
        result.put("signature_renewable_from", renewableFrom(signature));
        result.put("authentication_renewable_from", renewableFrom(authentication));
        return result;
    }

    static LocalDate cardExpires(Life life) {
        LocalDate issued = life.date("card_issued");
        if (issued == null) return null;
        return switch (life.word("residence", "citizen")) {
            case "limited", "landing" -> life.date("stay_expires");
            case "transitional" -> life.date("nationality_lost", life.birth()).plusDays(60);
            default -> {
                int adulthood = life.date("card_requested", issued).isBefore(ADULTHOOD_LOWERED) ? 20 : 18;
                boolean adult = YEARS.between(life.birth(), issued) >= adulthood;
                int extra = life.word("card_renewal", "none").equals("window") ? 1 : 0;
                yield birthdayAfter(life.birth(), issued, (adult ? 10 : 5) + extra);
            }
        };
    }

    static LocalDate certificateExpires(Life life, String name, LocalDate limit) {
        LocalDate issued = life.date(name + "_issued");
        if (issued == null) return null;
        int birthdays = life.word(name + "_renewal", "none").equals("window") ? 6 : 5;
        return earliest(birthdayAfter(life.birth(), issued, birthdays), limit);
    }

    /** The count-th birthday after the day. */
    static LocalDate birthdayAfter(LocalDate birth, LocalDate day, int count) {
        return birth.plusYears(YEARS.between(birth, day) + count);
    }

    /** The last day counts in full, so the three months run back from the midnight that ends it. */
    static LocalDate renewableFrom(LocalDate expires) {
        return expires == null ? null : expires.plusDays(1).minusMonths(3);
    }

    static LocalDate earliest(LocalDate... days) {
        return Stream.of(days).filter(Objects::nonNull).min(LocalDate::compareTo).orElse(null);
    }

    static Map<String, Object> number(Map<?, ?> params) {
        if (params.get("resident_record_code") instanceof String code) {
            return Map.of("valid", code.matches("[0-9]{11}"));
        }
        if (!(params.get("number") instanceof String number)) {
            throw new IllegalArgumentException("number or resident_record_code is required");
        }
        if (!number.matches("[0-9]{12}")) return Map.of("valid", false);
        int sum = 0;
        for (int i = 0; i < WEIGHTS.length; i++) sum += WEIGHTS[i] * (number.charAt(i) - '0');
        int rest = sum % 11;
        return Map.of("valid", number.charAt(11) - '0' == (rest <= 1 ? 0 : 11 - rest));
    }

    /** The fields that are known of one holder's life. */
    static class Life {
        static final Set<String> WORDS =
                Set.of("residence", "card_renewal", "signature_renewal", "authentication_renewal", "correction");

        private final Map<String, LocalDate> dates = new HashMap<>();
        private final Map<String, String> words = new HashMap<>();

        Life(Object life) {
            if (!(life instanceof Map<?, ?> fields)) throw new IllegalArgumentException("life is required");
            fields.forEach((key, value) -> {
                String name = (String) key;
                if (value == null) return;
                if (!(value instanceof String text)) throw new IllegalArgumentException(name + " is not a string");
                if (WORDS.contains(name)) words.put(name, text);
                else dates.put(name, LocalDate.parse(text));
            });
            if (birth() == null) throw new IllegalArgumentException("birth is required");
        }

        LocalDate birth() {
            return date("birth");
        }

        LocalDate date(String name) {
            return dates.get(name);
        }

        LocalDate date(String name, LocalDate otherwise) {
            return dates.getOrDefault(name, otherwise);
        }

        String word(String name, String otherwise) {
            return words.getOrDefault(name, otherwise);
        }
    }

    /** As much JSON as the protocol needs. */
    static class Json {
        static final Pattern TOKEN =
                Pattern.compile("\\s*([{}\\[\\]:,]|\"[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+\"|[-+.\\w]++)\\s*");
        static final Pattern ESCAPE = Pattern.compile("\\\\(u[0-9a-fA-F]{4}|.)");

        static class SyntaxError extends RuntimeException {}

        private final Matcher tokens;
        private String token;

        private Json(String text) {
            tokens = TOKEN.matcher(text);
            next();
        }

        static Object read(String text) {
            var json = new Json(text);
            Object value = json.value();
            json.expect("");
            return value;
        }

        private String next() {
            String current = token;
            boolean more = tokens.regionStart() < tokens.regionEnd();
            if (more && !tokens.lookingAt()) throw new SyntaxError();
            token = more ? tokens.group(1) : "";
            if (more) tokens.region(tokens.end(), tokens.regionEnd());
            return current;
        }

        private boolean accept(String expected) {
            boolean found = token.equals(expected);
            if (found) next();
            return found;
        }

        private void expect(String expected) {
            if (!accept(expected)) throw new SyntaxError();
        }

        private Object value() {
            if (accept("{")) {
                var map = new LinkedHashMap<String, Object>();
                if (accept("}")) return map;
                do {
                    String key = string();
                    expect(":");
                    map.put(key, value());
                } while (accept(","));
                expect("}");
                return map;
            }
            if (accept("[")) {
                var list = new ArrayList<Object>();
                if (accept("]")) return list;
                do list.add(value()); while (accept(","));
                expect("]");
                return list;
            }
            if (accept("null")) return null;
            if (accept("true")) return true;
            if (accept("false")) return false;
            if (token.matches("-?\\d+(\\.\\d+)?([eE][-+]?\\d+)?")) return new BigDecimal(next());
            return string();
        }

        private String string() {
            if (!token.startsWith("\"")) throw new SyntaxError();
            String quoted = next();
            return ESCAPE.matcher(quoted.substring(1, quoted.length() - 1)).replaceAll(match -> {
                String escape = match.group(1);
                int control = "bfnrt".indexOf(escape);
                if (control >= 0) return String.valueOf("\b\f\n\r\t".charAt(control));
                return Matcher.quoteReplacement(escape.length() == 5
                        ? String.valueOf((char) Integer.parseInt(escape.substring(1), 16)) : escape);
            });
        }

        static String write(Object value) {
            if (value instanceof Map<?, ?> map) {
                return map.entrySet().stream().map(e -> write(e.getKey()) + ":" + write(e.getValue()))
                        .collect(Collectors.joining(",", "{", "}"));
            }
            if (value instanceof List<?> list) {
                return list.stream().map(Json::write).collect(Collectors.joining(",", "[", "]"));
            }
            if (value == null || value instanceof Number || value instanceof Boolean) return String.valueOf(value);
            var result = new StringBuilder("\"");
            for (char c : value.toString().toCharArray()) {
                result.append(c < ' ' || c == '"' || c == '\\' ? String.format("\\u%04x", (int) c) : c);
            }
            return result.append('"').toString();
        }
    }
}
