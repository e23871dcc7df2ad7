package main

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes"
	corelisters "k8s.io/client-go/listers/core/v1"
	networkinglisters "k8s.io/client-go/listers/networking/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
)

const desktop = "anna.vdi.test"

// world is the controller without the API server: what an informer would know is put in by hand.
type world struct {
	t                   *testing.T
	ingresses, services cache.Indexer
	routes              *router
	certificates        *certificates
	server              *httptest.Server
	trust               *x509.CertPool
	secret              func() (*core.Secret, error)
}

func newWorld(t *testing.T, domains ...string) *world {
	w := &world{
		t:         t,
		ingresses: cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{}),
		services:  cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{}),
		trust:     x509.NewCertPool(),
		secret: func() (*core.Secret, error) {
			return nil, apierrors.NewNotFound(schema.GroupResource{Resource: "secrets"}, "any")
		},
	}
	ca := newAuthority(t)
	w.trust.AddCert(ca.certificate)
	w.routes = newRouter("sessionproof", networkinglisters.NewIngressLister(w.ingresses), corelisters.NewServiceLister(w.services))
	read := func(context.Context, secretName) (*core.Secret, error) { return w.secret() }
	w.certificates = newCertificates(ca, w.routes, read, domains)
	w.server = httptest.NewUnstartedServer(newProxy(w.routes))
	listener := tls.NewListener(w.server.Listener, w.certificates.config())
	w.server.Listener = listener
	w.server.Config.ErrorLog = nil
	w.server.Start()
	t.Cleanup(w.server.Close)
	return w
}

func newAuthority(t *testing.T) *authority {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour * 24 * 30),
		KeyUsage: x509.KeyUsageCertSign,
	}
	signed, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	check(t, err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	check(t, err)
	folder := t.TempDir()
	cert, keyFile := filepath.Join(folder, "ca.crt"), filepath.Join(folder, "ca.key")
	check(t, os.WriteFile(cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: signed}), 0o600))
	check(t, os.WriteFile(keyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), 0o600))
	ca, err := loadAuthority(cert, keyFile)
	check(t, err)
	return ca
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func ingressFor(host, service string, port int32, paths ...string) *networking.Ingress {
	class, prefix := "sessionproof", networking.PathTypePrefix
	rule := &networking.HTTPIngressRuleValue{}
	for _, path := range append(paths, "/") {
		backend := &networking.IngressServiceBackend{Name: service, Port: networking.ServiceBackendPort{Number: port}}
		rule.Paths = append(rule.Paths, networking.HTTPIngressPath{
			Path: path, PathType: &prefix, Backend: networking.IngressBackend{Service: backend},
		})
	}
	return &networking.Ingress{
		ObjectMeta: meta.ObjectMeta{Namespace: "sp-one", Name: service},
		Spec: networking.IngressSpec{
			IngressClassName: &class,
			Rules:            []networking.IngressRule{{Host: host, IngressRuleValue: networking.IngressRuleValue{HTTP: rule}}},
		},
	}
}

func (w *world) serve(host string, backend http.HandlerFunc) *networking.Ingress {
	server := httptest.NewServer(backend)
	w.t.Cleanup(server.Close)
	port := server.Listener.Addr().(*net.TCPAddr).Port
	w.service("desktop", core.ServiceSpec{ClusterIP: "127.0.0.1", Ports: []core.ServicePort{{Port: int32(port)}}})
	ingress := ingressFor(host, "desktop", int32(port))
	w.put(ingress)
	return ingress
}

func (w *world) service(name string, spec core.ServiceSpec) {
	service := &core.Service{ObjectMeta: meta.ObjectMeta{Namespace: "sp-one", Name: name}, Spec: spec}
	check(w.t, w.services.Add(service))
}

func (w *world) put(ingress *networking.Ingress) {
	check(w.t, w.ingresses.Add(ingress))
	w.routes.rebuild()
}

// dial does the whole handshake as a client that trusts the CA and nothing else.
func (w *world) dial(name string) (*tls.Conn, error) {
	return tls.Dial("tcp", w.server.Listener.Addr().String(), &tls.Config{ServerName: name, RootCAs: w.trust})
}

func (w *world) get(name, path string, headers ...string) (int, string) {
	w.t.Helper()
	transport := &http.Transport{
		DialTLSContext: func(context.Context, string, string) (net.Conn, error) { return w.dial(name) },
	}
	defer transport.CloseIdleConnections()
	request, err := http.NewRequest(http.MethodGet, "https://"+name+path, nil)
	check(w.t, err)
	for _, header := range headers {
		key, value, _ := strings.Cut(header, ": ")
		request.Header.Set(key, value)
	}
	response, err := (&http.Client{Transport: transport}).Do(request)
	check(w.t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	check(w.t, err)
	return response.StatusCode, string(body)
}

func (w *world) expect(path string, status int, words string) {
	w.t.Helper()
	gotStatus, gotBody := w.get(desktop, path)
	if gotStatus != status || !strings.Contains(gotBody, words) {
		w.t.Errorf("%s: got %d %q, want %d with %q", path, gotStatus, gotBody, status, words)
	}
}

func TestHostOfADeletedIngressAnswers404UnderATrustedCertificate(t *testing.T) {
	w := newWorld(t)
	ingress := w.serve(desktop, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "desktop") })
	w.expect("/", 200, "desktop")
	check(t, w.ingresses.Delete(ingress))
	w.routes.rebuild()
	w.expect("/", 404, "no Ingress has the host anna.vdi.test")
}

func TestOnlyClaimedNamesAndGivenDomainsGetACertificate(t *testing.T) {
	w := newWorld(t, "vdi.test")
	if _, err := w.dial("elsewhere.example"); err == nil {
		t.Error("a name nobody claimed got a certificate")
	}
	w.expect("/", 404, "no Ingress")
}

func TestBackendSeesTheHostAskedForAndNoForgedOrigin(t *testing.T) {
	w := newWorld(t)
	w.serve(desktop, func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, strings.Join([]string{
			r.Host, r.Header.Get("X-Forwarded-For"), r.Header.Get("X-Forwarded-Proto"), r.Header.Get("X-Forwarded-Host"),
		}, " "))
	})
	_, body := w.get(desktop, "/", "X-Forwarded-For: 6.6.6.6", "X-Forwarded-Proto: gopher", "X-Forwarded-Host: evil")
	if want := desktop + " 127.0.0.1 https " + desktop; body != want {
		t.Errorf("got %q, want %q", body, want)
	}
}

func TestUpgradedStreamCarriesBytesBothWaysAndEndsWithTheBackend(t *testing.T) {
	w := newWorld(t)
	w.serve(desktop, func(w http.ResponseWriter, _ *http.Request) {
		stream, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		defer stream.Close()
		io.WriteString(stream, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
		io.CopyN(stream, stream, 5)
	})
	client, err := w.dial(desktop)
	check(t, err)
	defer client.Close()
	io.WriteString(client, "GET / HTTP/1.1\r\nHost: "+desktop+"\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
	reader := bufio.NewReader(client)
	response, err := http.ReadResponse(reader, nil)
	check(t, err)
	if response.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("got %s", response.Status)
	}
	io.WriteString(client, "echo\n")
	if line, err := reader.ReadString('\n'); line != "echo\n" {
		t.Fatalf("got %q, %v", line, err)
	}
	if _, err := reader.ReadByte(); err != io.EOF {
		t.Errorf("the stream outlived its backend: %v", err)
	}
}

func TestAnswerSaysWhyNothingIsServed(t *testing.T) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	closed := int32(free.Addr().(*net.TCPAddr).Port)
	check(t, free.Close())
	port := []core.ServicePort{{Name: "http", Port: closed}}
	for name, c := range map[string]struct {
		spec   *core.ServiceSpec
		asked  int32
		status int
		words  string
	}{
		"no service":   {nil, 80, 503, "there is no Service sp-one/gone"},
		"elsewhere":    {&core.ServiceSpec{Type: core.ServiceTypeExternalName, ExternalName: "example.com"}, 80, 503, "ExternalName"},
		"headless":     {&core.ServiceSpec{ClusterIP: "None", Ports: port}, closed, 503, "no cluster address"},
		"other port":   {&core.ServiceSpec{ClusterIP: "127.0.0.1", Ports: port}, 1, 503, "has no port 1"},
		"backend down": {&core.ServiceSpec{ClusterIP: "127.0.0.1", Ports: port}, closed, 502, "connection refused"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			if c.spec != nil {
				w.service("gone", *c.spec)
			}
			w.put(ingressFor(desktop, "gone", c.asked))
			w.expect("/", c.status, c.words)
		})
	}
}

func TestBackendThatIsAboutToListenIsWaitedFor(t *testing.T) {
	w := newWorld(t)
	free, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	address := free.Addr().(*net.TCPAddr)
	check(t, free.Close())
	w.service("desktop", core.ServiceSpec{ClusterIP: "127.0.0.1", Ports: []core.ServicePort{{Port: int32(address.Port)}}})
	w.put(ingressFor(desktop, "desktop", int32(address.Port)))
	late := time.AfterFunc(4*attemptPause, func() {
		listener, err := net.Listen("tcp", address.String())
		if err != nil {
			t.Error(err)
			return
		}
		server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "here") })}
		t.Cleanup(func() { server.Close() })
		go server.Serve(listener)
	})
	defer late.Stop()
	w.expect("/", 200, "here")
}

func TestLongestPrefixWinsAndEndsAtASlash(t *testing.T) {
	ingress := ingressFor(desktop, "root", 80, "/app", "/app/deep/")
	exact := networking.PathTypeExact
	ingress.Spec.Rules[0].HTTP.Paths[0].PathType = &exact
	found := tableOf([]*networking.Ingress{ingress}, "sessionproof")[desktop]
	for path, want := range map[string]string{
		"/": "/", "/app": "/app", "/apple": "/", "/app/x": "/", "/app/deep": "/app/deep/", "/app/deep/x": "/app/deep/",
	} {
		if got, _ := found.match(path); got.path != want {
			t.Errorf("%s went to %q, want %q", path, got.path, want)
		}
	}
}

func TestIngressesOfAnotherClassAreNotServed(t *testing.T) {
	if table := tableOf([]*networking.Ingress{ingressFor(desktop, "root", 80)}, "other"); len(table) != 0 {
		t.Errorf("got %v", table)
	}
}

func TestSecretOfTheIngressGivesItsCertificateEvenWhileTheServerIsAway(t *testing.T) {
	w := newWorld(t)
	ingress := w.serve(desktop, func(http.ResponseWriter, *http.Request) {})
	ingress.Spec.TLS = []networking.IngressTLS{{Hosts: []string{desktop}, SecretName: "desktop-tls"}}
	w.put(ingress)
	other := newAuthority(t)
	w.trust.AddCert(other.certificate)
	own, err := other.issue(desktop, time.Now())
	check(t, err)
	key, err := x509.MarshalPKCS8PrivateKey(own.PrivateKey)
	check(t, err)
	w.secret = func() (*core.Secret, error) {
		return &core.Secret{Data: map[string][]byte{
			core.TLSCertKey:       pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: own.Certificate[0]}),
			core.TLSPrivateKeyKey: pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}),
		}}, nil
	}
	serial := func() *big.Int {
		t.Helper()
		client, err := w.dial(desktop)
		check(t, err)
		defer client.Close()
		return client.ConnectionState().PeerCertificates[0].SerialNumber
	}
	if serial().Cmp(own.Leaf.SerialNumber) != 0 {
		t.Error("the certificate in the Secret was not used")
	}
	w.secret = func() (*core.Secret, error) { return nil, errors.New("connection refused") }
	last := w.certificates.given[secretName{"sp-one", "desktop-tls"}]
	last.seen = time.Now().Add(-time.Minute)
	w.certificates.given[secretName{"sp-one", "desktop-tls"}] = last
	if serial().Cmp(own.Leaf.SerialNumber) != 0 {
		t.Error("the last certificate was dropped when the API server went away")
	}
}

func TestSecretThatDoesNotExistLeavesTheIssuedCertificate(t *testing.T) {
	w := newWorld(t)
	ingress := w.serve(desktop, func(http.ResponseWriter, *http.Request) {})
	ingress.Spec.TLS = []networking.IngressTLS{{Hosts: []string{desktop}, SecretName: "not-there"}}
	w.put(ingress)
	w.expect("/", 200, "")
}

func TestCertificateIsKeptUntilItsLastDay(t *testing.T) {
	w := newWorld(t)
	now := time.Now()
	first, err := w.certificates.own(desktop, now)
	check(t, err)
	kept, _ := w.certificates.own(desktop, now.Add(validity-25*time.Hour))
	renewed, _ := w.certificates.own(desktop, now.Add(validity-23*time.Hour))
	if kept != first || renewed == first {
		t.Error("not renewed on its last day, and only then")
	}
}

func TestPlainHTTPIsSentToTheSameAddressByHTTPS(t *testing.T) {
	for httpsPort, want := range map[int]string{443: "https://anna.vdi.test/a?b=c", 8443: "https://anna.vdi.test:8443/a?b=c"} {
		answer := httptest.NewRecorder()
		redirect(httpsPort).ServeHTTP(answer, httptest.NewRequest(http.MethodPost, "http://anna.vdi.test:80/a?b=c", nil))
		if got := answer.Header().Get("Location"); answer.Code != http.StatusPermanentRedirect || got != want {
			t.Errorf("got %d %s, want 308 %s", answer.Code, got, want)
		}
	}
}

func TestStatusOfAnIngressNamesTheAddress(t *testing.T) {
	var put networking.Ingress
	asked := make(chan *url.URL, 2)
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		check(t, json.NewDecoder(r.Body).Decode(&put))
		asked <- r.URL
		w.Header().Set("Content-Type", "application/json")
		check(t, json.NewEncoder(w).Encode(put))
	}))
	defer api.Close()
	client, err := kubernetes.NewForConfig(&rest.Config{
		Host: api.URL, ContentConfig: rest.ContentConfig{ContentType: "application/json"},
	})
	check(t, err)
	p := &publisher{client: client, class: "sessionproof", address: "10.1.2.3"}
	events := p.handler(context.Background())
	events.OnAdd(ingressFor(desktop, "desktop", 80), false)
	if got := (<-asked).Path; !strings.HasSuffix(got, "/namespaces/sp-one/ingresses/desktop/status") {
		t.Errorf("asked for %s", got)
	}
	if got := put.Status.LoadBalancer.Ingress; len(got) != 1 || got[0].IP != "10.1.2.3" {
		t.Errorf("published %v", got)
	}
	events.OnUpdate(nil, &put)
	if len(asked) != 0 {
		t.Error("published again what was there: " + strconv.Itoa(len(asked)))
	}
}
