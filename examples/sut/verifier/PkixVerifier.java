// Java's own PKIX as a verifier: CertPathValidator with lists and status answers, PKCS7 for messages.
// One JSON object a line, JSON-RPC 2.0. Run with: java --add-exports java.base/sun.security.pkcs=ALL-UNNAMED
import java.io.*;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.*;
import java.security.cert.*;
import java.time.Instant;
import java.util.*;
import java.util.regex.*;

public class PkixVerifier {
    static final Map<String, String> POLICY = Map.of(
        "signature", "1.2.392.200149.8.5.1.1.20", "authentication", "1.2.392.200149.8.5.1.3.30");
    static final HexFormat HEX = HexFormat.of();

    public static void main(String[] arguments) throws IOException {
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        var out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        for (String line; (line = lines.readLine()) != null; ) {
            if (!line.isBlank()) out.println(answer(line));
        }
    }

    static String answer(String line) {
        String head = "{\"jsonrpc\":\"2.0\",\"id\":" + match(line, "\"id\":(\\d+)") + ",\"result\":";
        if (match(line, "\"method\":\"(\\w+)\"").equals("describe")) {
            return head + "{\"protocol\":1,\"name\":\"Java PKIX\",\"version\":\"" + Runtime.version().feature()
                + "\",\"capabilities\":[\"verifier\"]}}";
        }
        try {
            judge(line);
            return head + "{\"accepted\":true}}";
        } catch (Rejected rejected) {
            String detail = rejected.getMessage().replaceAll("[^ -~]|[\\\\\"]", "'");
            return head + "{\"accepted\":false,\"reason\":\"" + rejected.reason + "\",\"detail\":\"" + detail + "\"}}";
        }
    }

    static void judge(String line) throws Rejected {
        String task = match(line, "\"task\":\"(\\w+)\"");
        byte[] content = octets(line, "signed_content");
        List<X509Certificate> path = new ArrayList<>();
        if (task.equals("signature")) {
            path.addAll(verifyMessage(octets(line, "signed_data"), content));
        } else {
            path.add(certificate(octets(line, "certificate")));
        }
        validate(path, line, task);
        boolean[] usage = path.get(0).getKeyUsage();
        if (usage == null || !usage[task.equals("signature") ? 1 : 0]) throw new Rejected("purpose", "key usage");
        if (task.equals("authentication")) {
            verifyBare(path.get(0), content, octets(line, "signature"));
            try {
                var extended = path.get(0).getExtendedKeyUsage();
                if (extended != null && !extended.contains("1.3.6.1.5.5.7.3.2")) {
                    throw new Rejected("purpose", "extended key usage");
                }
            } catch (CertificateParsingException error) {
                throw new Rejected("malformed", error.toString());
            }
        }
    }

    static List<X509Certificate> verifyMessage(byte[] message, byte[] content) throws Rejected {
        try {
            var parsed = new sun.security.pkcs.PKCS7(message);
            var signers = parsed.getSignerInfos();
            if (signers == null || signers.length == 0) throw new Rejected("malformed", "no signer");
            if (signers[0].getCertificate(parsed) == null) throw new Rejected("malformed", "no certificate");
            if (parsed.verify(signers[0], content) == null) throw new Rejected("content", "does not verify");
            return signers[0].getCertificateChain(parsed);
        } catch (NoSuchAlgorithmException error) {
            throw new Rejected("algorithm", error.toString());
        } catch (SignatureException error) {
            throw new Rejected("content", error.toString());
        } catch (IOException | RuntimeException error) {
            throw new Rejected("malformed", error.toString());
        }
    }

    static void verifyBare(X509Certificate certificate, byte[] content, byte[] signature) throws Rejected {
        try {
            var verifier = Signature.getInstance(
                certificate.getPublicKey().getAlgorithm().equals("EC") ? "SHA384withECDSA" : "SHA256withRSA");
            verifier.initVerify(certificate.getPublicKey());
            verifier.update(content);
            if (!verifier.verify(signature)) throw new Rejected("content", "does not verify");
        } catch (GeneralSecurityException error) {
            throw new Rejected("content", error.toString());
        }
    }

    static void validate(List<X509Certificate> path, String line, String task) throws Rejected {
        Set<TrustAnchor> anchors = new HashSet<>();
        for (byte[] each : all(line, "anchors")) anchors.add(new TrustAnchor(certificate(each), null));
        if (anchors.isEmpty()) throw new Rejected("issuer", "no authority is trusted");
        try {
            var factory = CertificateFactory.getInstance("X.509");
            List<X509CRL> lists = new ArrayList<>();
            for (byte[] each : all(line, "revocation_lists")) {
                try {
                    var list = factory.generateCRL(new ByteArrayInputStream(each));
                    if (list != null) lists.add((X509CRL) list);
                } catch (CRLException unreadable) {
                    System.err.println("a list that cannot be read: " + unreadable.getMessage());
                }
            }
            var answers = all(line, "status_answers");
            var parameters = new PKIXParameters(anchors);
            parameters.setDate(Date.from(Instant.parse(match(line, "\"at\":\"([^\"]+)\""))));
            parameters.setInitialPolicies(Set.of(POLICY.get(task)));
            parameters.setExplicitPolicyRequired(true);
            parameters.setPolicyQualifiersRejected(false);
            parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(lists)));
            var validator = CertPathValidator.getInstance("PKIX");
            var checker = (PKIXRevocationChecker) validator.getRevocationChecker();
            var options = EnumSet.of(PKIXRevocationChecker.Option.ONLY_END_ENTITY);
            if (answers.isEmpty()) options.add(PKIXRevocationChecker.Option.PREFER_CRLS);
            if (answers.isEmpty() || lists.isEmpty()) options.add(PKIXRevocationChecker.Option.NO_FALLBACK);
            checker.setOptions(options);
            checker.setOcspResponder(java.net.URI.create("http://127.0.0.1:9/"));
            if (!answers.isEmpty()) checker.setOcspResponses(Map.of(path.get(0), answers.get(answers.size() - 1)));
            parameters.addCertPathChecker(checker);
            var shown = path.stream().filter(each -> anchors.stream().noneMatch(a -> each.equals(a.getTrustedCert())));
            validator.validate(factory.generateCertPath(shown.toList()), parameters);
        } catch (CertPathValidatorException error) {
            throw new Rejected(reason(error), String.valueOf(error.getMessage()));
        } catch (GeneralSecurityException error) {
            throw new Rejected("malformed", error.toString());
        }
    }

    static String reason(CertPathValidatorException error) {
        if (error.getReason() instanceof CertPathValidatorException.BasicReason basic) {
            switch (basic) {
                case EXPIRED: return "expired";
                case NOT_YET_VALID: return "not-yet-valid";
                case ALGORITHM_CONSTRAINED: return "algorithm";
                case INVALID_SIGNATURE: return "issuer";
                case UNDETERMINED_REVOCATION_STATUS: return "status";
                case REVOKED:
                    boolean held = error.getCause() instanceof CertificateRevokedException revoked
                        && revoked.getRevocationReason() == CRLReason.CERTIFICATE_HOLD;
                    return held ? "held" : "revoked";
                default: break;
            }
        }
        if (error.getReason() instanceof PKIXReason pkix) {
            switch (pkix) {
                case UNRECOGNIZED_CRIT_EXT: return "extension";
                case INVALID_POLICY: return "purpose";
                case NOT_CA_CERT: case PATH_TOO_LONG: case INVALID_KEY_USAGE: return "path";
                default: return "issuer";
            }
        }
        String said = String.valueOf(error.getMessage());
        return said.matches("(?s).*(OCSP|CRL|revocation|responder|status).*") ? "status" : "issuer";
    }

    static X509Certificate certificate(byte[] octets) throws Rejected {
        try {
            var read = new ByteArrayInputStream(octets);
            var found = (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(read);
            if (read.available() > 0) throw new Rejected("malformed", "octets behind the certificate");
            return found;
        } catch (CertificateException | RuntimeException error) {
            throw new Rejected("malformed", error.toString());
        }
    }

    static byte[] octets(String line, String name) {
        return HEX.parseHex(match(line, "\"" + name + "\":\"([0-9a-f]*)\""));
    }

    static List<byte[]> all(String line, String name) {
        List<byte[]> found = new ArrayList<>();
        Matcher each = Pattern.compile("\"([0-9a-f]*)\"").matcher(match(line, "\"" + name + "\":\\[([^\\]]*)\\]"));
        while (each.find()) found.add(HEX.parseHex(each.group(1)));
        return found;
    }

    static String match(String line, String pattern) {
        Matcher found = Pattern.compile(pattern).matcher(line);
        return found.find() ? found.group(1) : "";
    }

    static class Rejected extends Exception {
        final String reason;

        Rejected(String reason, String detail) {
            super(detail);
            this.reason = reason;
        }
    }
}
