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
 * Refuses what another site lets the browser of a logged-in user send. A request without an origin is none of a
 * script's: the user's own, or that of a program.
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
        if (isSame(asked.getHeader("Origin"), asked.getHeader("Host"))) {
            chain.doFilter(request, response);
        } else {
            ((HttpServletResponse) response)
                    .sendError(HttpServletResponse.SC_FORBIDDEN, "The request comes from another site.");
        }
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
