package org.linkmoderation.itests.hawtio;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.linkmoderation.itests.KarafNode;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.NoSuchElementException;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.TimeoutException;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.support.ui.WebDriverWait;

/**
 * A Chromium of this machine without a window, logged in to hawtio. It downloads nothing: browser and driver are those
 * on the PATH. Each picture that it takes goes to {@code target/screenshots}.
 */
final class Browser implements AutoCloseable {
    private static final List<String> BROWSERS =
            List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
    private static final String DRIVER = "chromedriver";
    private static final Path SCREENSHOTS = KarafNode.MODULE.resolve("target/screenshots");

    /** A page of the console asks for hundreds of MBeans before it shows one, and the machine may be busy. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Selenium warns of each Chromium that is newer than itself; what it then lacks is not used here. */
    private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

    static {
        SELENIUM.setLevel(Level.SEVERE);
    }

    private final URI console;
    private final ChromeDriver driver;

    private Browser(URI console) {
        this.console = console;
        ChromeOptions options = new ChromeOptions();
        options.setBinary(browser().orElseThrow());
        options.addArguments("--headless=new", "--disable-dev-shm-usage", "--disable-gpu");
        if (System.getProperty("user.name").equals("root")) {
            // Chromium's own sandbox does not start for root
            options.addArguments("--no-sandbox");
        }
        driver = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(onPath(DRIVER).orElseThrow())
                        .build(),
                options);
        driver.manage().window().setSize(new Dimension(1400, 900));
    }

    /** What of a browser is missing on this machine, if anything. */
    static Optional<String> missing() {
        if (browser().isEmpty()) {
            return Optional.of("chromium");
        }
        return onPath(DRIVER).isPresent() ? Optional.empty() : Optional.of(DRIVER);
    }

    /** Opens the console and fills in the form; whether that led into the console, the test sees. */
    static Browser open(HawtioConsole hawtio, String user, String password) {
        Browser browser = new Browser(hawtio.uri(""));
        try {
            browser.driver.get(browser.console.toString());
            browser.await("name=username").sendKeys(user);
            browser.await("name=password").sendKeys(password);
            browser.screenshot("login-" + user);
            browser.click("css=button[type=submit]");
            return browser;
        } catch (RuntimeException e) {
            browser.close();
            throw e;
        }
    }

    /** Goes to a page of the console, such as {@code jmx/operations?nid=…}, once the log-in has led into it. */
    void go(String page) {
        await("xpath=//a[normalize-space(.)='JMX']");
        driver.get(console.resolve(page).toString());
    }

    /** Waits for an element, named by {@code css=}, {@code xpath=}, {@code id=} or {@code name=}, to be shown. */
    WebElement await(String locator) {
        return await(locator, () -> shown(locator));
    }

    /** Waits until the text of the elements meets a condition, which may be asked while the page changes. */
    List<String> awaitTexts(String locator, Predicate<List<String>> condition) {
        return await("the texts of " + locator, () -> {
            List<String> texts = texts(locator);
            return condition.test(texts) ? texts : null;
        });
    }

    /** The texts of the elements that there are now. */
    List<String> texts(String locator) {
        return driver.findElements(by(locator)).stream()
                .map(WebElement::getText)
                .map(String::strip)
                .toList();
    }

    /** Waits for an element to be shown and clicks it. */
    void click(String locator) {
        await("a click on " + locator, () -> {
            shown(locator).click();
            return true;
        });
    }

    /** What a script in the page answers. */
    Object script(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    /** Waits until a script in the page answers with anything but null or false. */
    Object awaitScript(String script) {
        return await(script, () -> {
            Object answer = driver.executeScript(script);
            return Boolean.FALSE.equals(answer) ? null : answer;
        });
    }

    /** What a script answers that ends by calling its last argument. */
    Object asyncScript(String script, Object... arguments) {
        driver.manage().timeouts().scriptTimeout(PATIENCE);
        return driver.executeAsyncScript(script, arguments);
    }

    /** Whether there is such an element now. */
    boolean has(String locator) {
        return !driver.findElements(by(locator)).isEmpty();
    }

    /** Presses keys, wherever the focus is. */
    void press(CharSequence... keys) {
        Actions typing = new Actions(driver);
        for (CharSequence key : keys) {
            typing.sendKeys(key);
        }
        typing.perform();
    }

    /** Lets the page be one that a person wants dark, or light. */
    void dark(boolean isDark) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(Map.of("name", "prefers-color-scheme", "value", isDark ? "dark" : "light"))));
    }

    /** Gives the page a window of this size, and so many pixels of the screen for each of its own. */
    void window(int width, int height, int zoom) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width / zoom, "height", height / zoom, "deviceScaleFactor", zoom, "mobile", false));
    }

    /** Scrolls to an element. */
    void scrollTo(String locator) {
        driver.executeScript("arguments[0].scrollIntoView({block: 'center'})", await(locator));
    }

    /** Waits for a field and writes into it, in place of what it holds. */
    void fill(String locator, String text) {
        WebElement field = await(locator);
        field.clear();
        field.sendKeys(text);
    }

    /** Takes a picture. */
    void screenshot(String name) {
        try {
            Files.createDirectories(SCREENSHOTS);
            Files.write(SCREENSHOTS.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        driver.quit();
    }

    private WebElement shown(String locator) {
        return driver.findElements(by(locator)).stream()
                .filter(WebElement::isDisplayed)
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException(locator));
    }

    /** What throws is not there yet, be it an element or the first of many: the page is being drawn. */
    private <T> T await(String what, Supplier<T> condition) {
        try {
            return new WebDriverWait(driver, PATIENCE)
                    .ignoring(WebDriverException.class)
                    .ignoring(IndexOutOfBoundsException.class)
                    .withMessage("Waited in vain for " + what)
                    .until(page -> condition.get());
        } catch (TimeoutException e) {
            screenshot("failure");
            throw new AssertionError(
                    e.getMessage() + "\nThe page is in target/screenshots/failure.png; it says:\n"
                            + driver.findElement(By.tagName("body")).getText(),
                    e);
        }
    }

    private static By by(String locator) {
        int equals = locator.indexOf('=');
        String value = locator.substring(equals + 1);
        return switch (locator.substring(0, equals)) {
            case "css" -> By.cssSelector(value);
            case "xpath" -> By.xpath(value);
            case "id" -> By.id(value);
            case "name" -> By.name(value);
            default -> throw new IllegalArgumentException(locator);
        };
    }

    private static Optional<File> browser() {
        return BROWSERS.stream().flatMap(name -> onPath(name).stream()).findFirst();
    }

    private static Optional<File> onPath(String program) {
        return Stream.of(Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator))
                .map(folder -> new File(folder, program))
                .filter(File::canExecute)
                .findFirst();
    }
}
