/**
 * A small HTTP/1.1 server for the listeners of this product: limits on time, size and connections that hold whatever
 * its clients do, without a system property of the JVM.
 */
package org.linkmoderation.http;
