import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Security;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.HexFormat;

/** Logs in to a PKCS#11 token, signs with each key on it, and verifies by its certificate: `CardSigner CONFIG PIN`. */
public class CardSigner {
    public static void main(String[] arguments) throws Exception {
        Provider provider = Security.getProvider("SunPKCS11").configure(arguments[0]);
        KeyStore store = KeyStore.getInstance("PKCS11", provider);
        store.load(null, arguments[1].toCharArray());
        byte[] message = "message".getBytes(StandardCharsets.UTF_8);
        for (String alias : Collections.list(store.aliases())) {
            if (!store.isKeyEntry(alias)) {
                continue;
            }
            X509Certificate certificate = (X509Certificate) store.getCertificate(alias);
            Signature signer = Signature.getInstance("SHA256withRSA", provider);
            signer.initSign((PrivateKey) store.getKey(alias, null));
            signer.update(message);
            byte[] signature = signer.sign();
            Signature verifier = Signature.getInstance("SHA256withRSA", "SunRsaSign");
            verifier.initVerify(certificate.getPublicKey());
            verifier.update(message);
            System.out.println(
                certificate.getSerialNumber().toString(16) + " " + verifier.verify(signature) + " "
                    + HexFormat.of().formatHex(signature));
        }
    }
}
