package org.linkmoderation.hawtio;

import java.io.IOException;
import java.net.URI;
import java.util.Locale;
import javax.servlet.Filter;
import javax.servlet.FilterChain;
import javax.servlet.FilterConfig;
import javax.servlet.ServletException;
import javax.servlet.ServletRequest;
import javax.servlet.ServletResponse;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;

/**
 * Refuses what another site lets the browser of a logged-in user send, whatever the web server's settings say of its
 * cookies: each request with another origin; one for MBeans that a browser says comes from elsewhere, or whose answer
 * another site could run as a script. Without an origin, as of a program or of a page that was opened, MBeans can be
 * read, and not more.
 */
public final class SameOrigin implements Filter {
    @Override
    public void init(FilterConfig config) {
        // Nothing to set
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        HttpServletRequest asked = (HttpServletRequest) request;
        String origin = asked.getHeader("Origin");
        if (isSame(origin, asked.getHeader("Host")) && !(isForMBeans(asked) && isOfAnotherSite(asked))) {
            Changes.allow(origin != null && asked.getMethod().equals("POST"));
            try {
                chain.doFilter(request, response);
            } finally {
                Changes.end();
            }
        } else {
            ((HttpServletResponse) response)
                    .sendError(HttpServletResponse.SC_FORBIDDEN, "The request comes from another site.");
        }
    }

    private static boolean isForMBeans(HttpServletRequest asked) {
        return asked.getServletPath().startsWith("/jolokia");
    }

    private static boolean isOfAnotherSite(HttpServletRequest asked) {
        String site = asked.getHeader("Sec-Fetch-Site");
        return site != null && !site.equals("same-origin") && !site.equals("none")
                || !asked.getMethod().equals("POST") && asked.getParameter("callback") != null;
    }

    /** Whether an origin such as {@code http://127.0.0.1:8181} is the host that is asked, or there is none. */
    static boolean isSame(String origin, String host) {
        if (origin == null) {
            return true;
        }
        try {
            String authority = URI.create(origin).getAuthority();
            return authority != null
                    && host != null
                    && authority.toLowerCase(Locale.ROOT).equals(host.toLowerCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    @Override
    public void destroy() {
        // Nothing to end
    }
}
