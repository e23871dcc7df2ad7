package main

import (
	"context"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// How long a backend may take to accept a connection; how long it may take to answer is its own affair. Whoever
// sees a pod become ready may ask for its address before the kube-proxy of this place has heard of it: until then
// the Service refuses, or lets a connection go nowhere, which one attempt would wait for in vain.
const (
	dialTimeout    = 3 * time.Second
	attemptTimeout = 500 * time.Millisecond
	attemptPause   = 50 * time.Millisecond
)

type destination struct{}

// newProxy passes requests to the Service that their host and path name.
func newProxy(routes *router) http.Handler {
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			// What a client claims in X-Forwarded-* is gone by now; what is set here is what was seen.
			r.SetURL(&url.URL{Scheme: "http", Host: r.In.Context().Value(destination{}).(string)})
			r.Out.Host = r.In.Host
			r.SetXForwarded()
		},
		Transport: &http.Transport{
			DialContext: dial,
			// A kept connection would stay with the pod that kube-proxy chose first, even when that pod is gone.
			DisableKeepAlives:  true,
			DisableCompression: true,
		},
		FlushInterval: -1,
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			log.Printf("%s %s%s: %v", r.Method, r.Host, r.URL.Path, err)
			http.Error(w, fmt.Sprintf("the backend of %s does not answer: %v", r.Host, err), http.StatusBadGateway)
		},
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := hostName(r.Host)
		known, ok := routes.host(name)
		if !ok {
			http.Error(w, fmt.Sprintf("no Ingress has the host %s", name), http.StatusNotFound)
			return
		}
		route, ok := known.match(r.URL.Path)
		if !ok {
			http.Error(w, fmt.Sprintf("no Ingress of %s has the path %s", name, r.URL.Path), http.StatusNotFound)
			return
		}
		address, err := routes.address(route)
		if err != nil {
			http.Error(w, fmt.Sprintf("nothing to serve %s: %v", name, err), http.StatusServiceUnavailable)
			return
		}
		proxy.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), destination{}, address)))
	})
}

// dial connects to a Service and begins anew, from another port, while it does not accept. Nothing has been sent
// by then, so no request is made twice.
func dial(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := net.Dialer{Timeout: attemptTimeout}
	for end := time.Now().Add(dialTimeout); ; {
		connection, err := dialer.DialContext(ctx, network, address)
		if err == nil || time.Now().After(end) {
			return connection, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(attemptPause):
		}
	}
}

// redirect sends plain HTTP to the same address by HTTPS; 308 keeps method and body.
func redirect(httpsPort int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		target := hostName(r.Host)
		if httpsPort != 443 {
			target = net.JoinHostPort(target, strconv.Itoa(httpsPort))
		}
		http.Redirect(w, r, "https://"+target+r.URL.RequestURI(), http.StatusPermanentRedirect)
	})
}

// hostName takes the port off a Host header and the capitals out of it.
func hostName(header string) string {
	if name, _, err := net.SplitHostPort(header); err == nil {
		header = name
	}
	return strings.ToLower(header)
}
