package org.linkmoderation.itests.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** The TLS before a service that speaks without: a port on 127.0.0.1 that passes on what comes through a connection. */
final class TlsDoor implements AutoCloseable {
    static final String PASSWORD = "changeit";

    private final SSLServerSocket server;
    private final int service;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger passed = new AtomicInteger();

    /**
     * Opens a door.
     *
     * @param keyStore the certificate that it shows, and its key
     * @param service the port of the service on 127.0.0.1
     */
    TlsDoor(Path keyStore, int service) {
        this.service = service;
        try {
            server = (SSLServerSocket) context(keyStore)
                    .getServerSocketFactory()
                    .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::accept);
    }

    /** A key and a certificate of its own for 127.0.0.1, as a key store and as a trust store. */
    static Path keyStore(Path file) {
        try {
            Files.createDirectories(file.getParent());
            Files.deleteIfExists(file);
            Process keytool = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "keytool")
                                    .toString(),
                            "-genkeypair",
                            "-alias",
                            "server",
                            "-keyalg",
                            "EC",
                            "-validity",
                            "2",
                            "-dname",
                            "CN=" + file.getFileName(),
                            "-ext",
                            "san=ip:127.0.0.1",
                            "-keystore",
                            file.toString(),
                            "-storepass",
                            PASSWORD)
                    .inheritIO()
                    .start();
            if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
                throw new IllegalStateException("keytool made no " + file);
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while keytool made " + file, e);
        }
    }

    /** Shows the certificate of a key store, and trusts it. */
    static SSLContext context(Path keyStore) {
        try {
            KeyStore keys = KeyStore.getInstance(keyStore.toFile(), PASSWORD.toCharArray());
            KeyManagerFactory shown = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            shown.init(keys, PASSWORD.toCharArray());
            TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trusted.init(keys);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(shown.getKeyManagers(), trusted.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return server.getLocalPort();
    }

    /** How many connections trusted the certificate. */
    int passed() {
        return passed.get();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                SSLSocket caller = (SSLSocket) server.accept();
                threads.execute(() -> pass(caller));
            } catch (IOException closed) {
                // The loop ends
            }
        }
    }

    private void pass(SSLSocket caller) {
        try (caller;
                Socket called = new Socket(InetAddress.getLoopbackAddress(), service)) {
            caller.startHandshake();
            threads.execute(() -> copy(called, caller));
            passed.incrementAndGet();
            copy(caller, called);
        } catch (IOException refused) {
            // The caller sees it
        }
    }

    private static void copy(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException ended) {
            // By one of the two sides
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            threads.shutdownNow();
        }
    }
}
