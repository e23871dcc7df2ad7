// A provisioner for the embedded cluster: a directory for each claim of its storage class.
//
// Its nodes share one file system, so the directory is on all of them. Anybody may write there, as sessions
// do not run as root; the provisioner inside the controller manager makes directories for root alone.
//
// Rights it needs: the ClusterRole system:persistent-volume-provisioner.
package main

import (
	"context"
	"flag"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	core "k8s.io/api/core/v1"
	storage "k8s.io/api/storage/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
)

const (
	name = "sessionproof.io/directory"
	// What could not be done is tried again after this time.
	resync = 5 * time.Second
	// Set by the controller manager on a claim that waits for a provisioner outside it.
	wantedFrom    = "volume.kubernetes.io/storage-provisioner"
	provisionedBy = "pv.kubernetes.io/provisioned-by"
)

type provisioner struct {
	client    kubernetes.Interface
	directory string
}

func main() {
	log.SetFlags(log.LstdFlags | log.LUTC)
	kubeconfig := flag.String("kubeconfig", "", "kubeconfig file; without it, the pod's service account")
	directory := flag.String("directory", "", "where volumes are made")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *kubeconfig, *directory); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, kubeconfig, directory string) error {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	p := &provisioner{client, directory}
	factory := informers.NewSharedInformerFactory(client, resync)
	claims := factory.Core().V1().PersistentVolumeClaims().Informer()
	volumes := factory.Core().V1().PersistentVolumes().Informer()
	for informer, look := range map[cache.SharedIndexInformer]func(context.Context, any) error{
		claims: p.claim, volumes: p.volume,
	} {
		handle := func(object any) {
			if err := look(ctx, object); err != nil {
				log.Print(err)
			}
		}
		update := func(_, object any) { handle(object) }
		if _, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{AddFunc: handle, UpdateFunc: update}); err != nil {
			return err
		}
	}
	factory.Start(ctx.Done())
	<-ctx.Done()
	return nil
}

// claim makes the volume that a pending claim waits for; the controller manager binds the two.
func (p *provisioner) claim(ctx context.Context, object any) error {
	claim, ok := object.(*core.PersistentVolumeClaim)
	if !ok || claim.Annotations[wantedFrom] != name || claim.Spec.VolumeName != "" || claim.DeletionTimestamp != nil {
		return nil
	}
	if claim.Spec.StorageClassName == nil {
		return nil
	}
	class, err := p.client.StorageV1().StorageClasses().Get(ctx, *claim.Spec.StorageClassName, meta.GetOptions{})
	if err != nil {
		return err
	}
	volume := p.volumeFor(claim, class)
	path := volume.Spec.HostPath.Path
	if err := os.MkdirAll(path, 0o777); err != nil {
		return err
	}
	// The umask does not count here.
	if err := os.Chmod(path, 0o777); err != nil {
		return err
	}
	_, err = p.client.CoreV1().PersistentVolumes().Create(ctx, volume, meta.CreateOptions{})
	if apierrors.IsAlreadyExists(err) {
		return nil
	}
	return err
}

func (p *provisioner) volumeFor(claim *core.PersistentVolumeClaim, class *storage.StorageClass) *core.PersistentVolume {
	volume, kind := "pvc-"+string(claim.UID), core.HostPathDirectory
	policy := core.PersistentVolumeReclaimDelete
	if class.ReclaimPolicy != nil {
		policy = *class.ReclaimPolicy
	}
	return &core.PersistentVolume{
		ObjectMeta: meta.ObjectMeta{Name: volume, Annotations: map[string]string{provisionedBy: name}},
		Spec: core.PersistentVolumeSpec{
			AccessModes:                   claim.Spec.AccessModes,
			Capacity:                      core.ResourceList{core.ResourceStorage: claim.Spec.Resources.Requests[core.ResourceStorage]},
			PersistentVolumeReclaimPolicy: policy,
			StorageClassName:              class.Name,
			VolumeMode:                    claim.Spec.VolumeMode,
			ClaimRef: &core.ObjectReference{
				APIVersion: "v1", Kind: "PersistentVolumeClaim",
				Namespace: claim.Namespace, Name: claim.Name, UID: claim.UID,
			},
			PersistentVolumeSource: core.PersistentVolumeSource{
				HostPath: &core.HostPathVolumeSource{Path: filepath.Join(p.directory, volume), Type: &kind},
			},
		},
	}
}

// volume removes a volume that its claim has left.
func (p *provisioner) volume(ctx context.Context, object any) error {
	volume, ok := object.(*core.PersistentVolume)
	if !ok || volume.Annotations[provisionedBy] != name || volume.Status.Phase != core.VolumeReleased ||
		volume.Spec.PersistentVolumeReclaimPolicy != core.PersistentVolumeReclaimDelete || volume.DeletionTimestamp != nil {
		return nil
	}
	if err := os.RemoveAll(filepath.Join(p.directory, volume.Name)); err != nil {
		return err
	}
	err := p.client.CoreV1().PersistentVolumes().Delete(ctx, volume.Name, meta.DeleteOptions{})
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}
