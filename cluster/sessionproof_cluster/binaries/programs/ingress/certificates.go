package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"log"
	"math/big"
	"net"
	"strings"
	"sync"
	"time"

	core "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

const (
	validity = 7 * 24 * time.Hour
	// Clocks of one machine agree; this is for a client whose clock is off by a little.
	backdated = time.Hour
	// How long a look at a Secret is good for: a new one is in use after that time at the latest.
	secretFresh = 10 * time.Second
	askSecret   = 3 * time.Second
)

// authority signs; its key never leaves the process.
type authority struct {
	certificate *x509.Certificate
	key         any
}

func loadAuthority(certFile, keyFile string) (*authority, error) {
	pair, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		return nil, fmt.Errorf("CA %s with key %s: %w", certFile, keyFile, err)
	}
	if !pair.Leaf.IsCA {
		return nil, fmt.Errorf("%s is no CA certificate", certFile)
	}
	return &authority{pair.Leaf, pair.PrivateKey}, nil
}

// issue makes a certificate for one host name or address.
func (a *authority) issue(name string, now time.Time) (*tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{Organization: []string{"sessionproof"}},
		NotBefore:    now.Add(-backdated),
		NotAfter:     now.Add(validity),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if ip := net.ParseIP(name); ip != nil {
		template.IPAddresses = []net.IP{ip}
	} else {
		template.DNSNames = []string{name}
	}
	signed, err := x509.CreateCertificate(rand.Reader, template, a.certificate, key.Public(), a.key)
	if err != nil {
		return nil, err
	}
	leaf, err := x509.ParseCertificate(signed)
	if err != nil {
		return nil, err
	}
	return &tls.Certificate{Certificate: [][]byte{signed, a.certificate.Raw}, PrivateKey: key, Leaf: leaf}, nil
}

// secretReader gets one Secret.
type secretReader func(ctx context.Context, name secretName) (*core.Secret, error)

func secretsOf(client kubernetes.Interface) secretReader {
	return func(ctx context.Context, name secretName) (*core.Secret, error) {
		return client.CoreV1().Secrets(name.namespace).Get(ctx, name.name, meta.GetOptions{})
	}
}

// certificates answers each handshake: with the Ingress's own certificate if it has one, else with one
// that the authority issues. A name that was once served keeps its certificate, so that a client of a
// deleted session reads 404 and not a broken handshake.
type certificates struct {
	ca      *authority
	routes  *router
	secrets secretReader
	domains []string
	mutex   sync.Mutex
	issued  map[string]*tls.Certificate
	given   map[secretName]givenCertificate
}

type givenCertificate struct {
	certificate *tls.Certificate // nil: the Secret has none
	seen        time.Time
}

func newCertificates(ca *authority, routes *router, secrets secretReader, domains []string) *certificates {
	return &certificates{
		ca: ca, routes: routes, secrets: secrets, domains: domains,
		issued: map[string]*tls.Certificate{}, given: map[secretName]givenCertificate{},
	}
}

func (c *certificates) config() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: c.certificate}
}

func (c *certificates) certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	name := strings.ToLower(hello.ServerName)
	if name == "" {
		// Asked for by address: that address is ours, so it may have a certificate.
		name, _, _ = net.SplitHostPort(hello.Conn.LocalAddr().String())
	} else if !c.routes.served(name) && !c.covered(name) {
		return nil, fmt.Errorf("no Ingress has or had the host %s", name)
	}
	if known, ok := c.routes.host(name); ok && known.secret != (secretName{}) {
		if given := c.fromSecret(hello.Context(), known.secret); given != nil {
			return given, nil
		}
	}
	return c.own(name, time.Now())
}

func (c *certificates) covered(name string) bool {
	for _, domain := range c.domains {
		if name == domain || strings.HasSuffix(name, "."+domain) {
			return true
		}
	}
	return false
}

func (c *certificates) own(name string, now time.Time) (*tls.Certificate, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if kept, ok := c.issued[name]; ok && now.Before(kept.Leaf.NotAfter.Add(-validity/7)) {
		return kept, nil
	}
	fresh, err := c.ca.issue(name, now)
	if err == nil {
		c.issued[name] = fresh
	}
	return fresh, err
}

// fromSecret reads tls.crt and tls.key. When the API server does not answer, what was last read stays in use.
func (c *certificates) fromSecret(ctx context.Context, name secretName) *tls.Certificate {
	c.mutex.Lock()
	last, ok := c.given[name]
	c.mutex.Unlock()
	if ok && time.Since(last.seen) < secretFresh {
		return last.certificate
	}
	ctx, cancel := context.WithTimeout(ctx, askSecret)
	defer cancel()
	next := givenCertificate{seen: time.Now()}
	secret, err := c.secrets(ctx, name)
	switch {
	case err == nil:
		pair, err := tls.X509KeyPair(secret.Data[core.TLSCertKey], secret.Data[core.TLSPrivateKeyKey])
		if err != nil {
			log.Printf("secret %s/%s holds no certificate: %v", name.namespace, name.name, err)
		} else {
			next.certificate = &pair
		}
	case !apierrors.IsNotFound(err):
		log.Printf("secret %s/%s: %v", name.namespace, name.name, err)
		next.certificate = last.certificate
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.given[name] = next
	return next.certificate
}
