// SPDX-License-Identifier: GPL-2.0
/* The module: the character device /dev/cordon, by which programs ask the monitor. */
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "cordon_sbi.h"

#define LOG_ROOM_MAX (64 * 1024)	/* of one call; a longer log takes several */
#define CERTIFICATE_MAX 4096

/* ---- one function for each call; arg points to memory of the caller's ---- */

static long value_call(enum cordon_function function, void __user *arg)
{
	struct cordon_value v;
	int err;

	if (copy_from_user(&v, arg, sizeof(v)))
		return -EFAULT;
	if (v.reserved)
		return -EINVAL;
	err = cordon_sbi_value(function, v.which, &v.value);
	if (err)
		return err;
	return copy_to_user(arg, &v, sizeof(v)) ? -EFAULT : 0;
}

static long read_call(void __user *arg)
{
	struct cordon_register r;
	int err;

	if (copy_from_user(&r, arg, sizeof(r)))
		return -EFAULT;
	if (r.reserved)
		return -EINVAL;
	err = cordon_sbi_read(r.index, r.value);
	if (err)
		return err;
	return copy_to_user(arg, &r, sizeof(r)) ? -EFAULT : 0;
}

static long extend_call(void __user *arg)
{
	struct cordon_register r;

	if (copy_from_user(&r, arg, sizeof(r)))
		return -EFAULT;
	return r.reserved ? -EINVAL : cordon_sbi_extend(r.index, r.value);
}

static long log_call(void __user *arg)
{
	struct cordon_log l;
	size_t size;
	u8 *part;
	long err;

	if (copy_from_user(&l, arg, sizeof(l)))
		return -EFAULT;
	if (l.reserved)
		return -EINVAL;
	size = min_t(u64, l.size, LOG_ROOM_MAX);
	part = kvzalloc(size, GFP_KERNEL);
	if (!part)
		return -ENOMEM;
	err = cordon_sbi_log(l.form, l.offset, part, &size);
	l.size = size;
	if (!err && (copy_to_user(u64_to_user_ptr(l.address), part, size) ||
		     copy_to_user(arg, &l, sizeof(l))))
		err = -EFAULT;
	kvfree(part);
	return err;
}

/* Writes what is needed into the caller's structure when its room is too small for it. */
static long hand_over(u64 address, __u32 __user *room, const u8 *data, size_t size)
{
	__u32 had;

	if (get_user(had, room) || put_user((__u32)size, room))
		return -EFAULT;
	if (had < size)
		return -EMSGSIZE;
	return copy_to_user(u64_to_user_ptr(address), data, size) ? -EFAULT : 0;
}

static long evidence_call(struct cordon_evidence __user *arg)
{
	struct cordon_request request = { 0 };
	struct cordon_evidence e;
	u8 cnf[CORDON_CNF_MAX], *token;
	size_t size;
	long err;

	if (copy_from_user(&e, arg, sizeof(e)))
		return -EFAULT;
	if (e.flags & ~CORDON_RECHECK || e.cnf_len > sizeof(cnf) || e.nonce_len > sizeof(e.nonce))
		return -EINVAL;
	if (copy_from_user(cnf, u64_to_user_ptr(e.cnf), e.cnf_len))
		return -EFAULT;
	request.nonce = e.nonce;
	request.nonce_len = e.nonce_len;
	request.cnf = cnf;
	request.cnf_len = e.cnf_len;
	request.flags = e.flags;
	err = cordon_sbi_evidence(&request, &token, &size);
	if (err)
		return err;
	err = hand_over(e.address, &arg->size, token, size);
	kvfree(token);
	return err;
}

static long certificate_call(struct cordon_certificate __user *arg)
{
	size_t size = CERTIFICATE_MAX;
	struct cordon_certificate c;
	u8 *der;
	long err;

	if (copy_from_user(&c, arg, sizeof(c)))
		return -EFAULT;
	der = kzalloc(size, GFP_KERNEL);
	if (!der)
		return -ENOMEM;
	err = cordon_sbi_certificate(c.index, der, &size);
	if (!err)
		err = hand_over(c.address, &arg->size, der, size);
	kfree(der);
	return err;
}

static long seal_call(void __user *arg)
{
	struct cordon_seal s;
	long err;

	if (copy_from_user(&s, arg, sizeof(s)))
		return -EFAULT;
	if (s.reserved)
		return -EINVAL;
	err = cordon_sbi_seal(&s);
	if (!err && copy_to_user(arg, &s, sizeof(s)))
		err = -EFAULT;
	memzero_explicit(&s, sizeof(s));
	return err;
}

static long report_call(void __user *arg, bool verify)
{
	struct cordon_report r;
	long err;

	if (copy_from_user(&r, arg, sizeof(r)))
		return -EFAULT;
	if (verify)
		return cordon_sbi_verify(&r);
	err = cordon_sbi_report(&r);
	if (!err && copy_to_user(arg, &r, sizeof(r)))
		err = -EFAULT;
	return err;
}

static long stage_call(void __user *arg)
{
	u8 data[CORDON_STAGE_MAX];
	struct cordon_stage s;

	if (copy_from_user(&s, arg, sizeof(s)))
		return -EFAULT;
	if (s.reserved || s.size > sizeof(data))
		return -EINVAL;
	if (copy_from_user(data, u64_to_user_ptr(s.address), s.size))
		return -EFAULT;
	return cordon_sbi_stage(s.offset, data, s.size);
}

static long confirm_call(void __user *arg)
{
	struct cordon_value v;

	if (copy_from_user(&v, arg, sizeof(v)))
		return -EFAULT;
	return v.which ? -EINVAL : value_call(CORDON_FN_CONFIRM, arg);
}

/* ---- the device ---- */

static long device_ioctl(struct file *file, unsigned int command, unsigned long argument)
{
	void __user *arg = (void __user *)argument;

	switch (command) {
	case CORDON_INFO:
		return value_call(CORDON_FN_INFO, arg);
	case CORDON_READ:
		return read_call(arg);
	case CORDON_EXTEND:
		return extend_call(arg);
	case CORDON_LOG:
		return log_call(arg);
	case CORDON_EVIDENCE:
		return evidence_call(arg);
	case CORDON_CERTIFICATE:
		return certificate_call(arg);
	case CORDON_SEAL:
		return seal_call(arg);
	case CORDON_REPORT:
		return report_call(arg, false);
	case CORDON_VERIFY:
		return report_call(arg, true);
	case CORDON_STATUS:
		return value_call(CORDON_FN_STATUS, arg);
	case CORDON_STAGE:
		return stage_call(arg);
	case CORDON_CONFIRM:
		return confirm_call(arg);
	default:
		return -ENOTTY;
	}
}

static const struct file_operations device_operations = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = device_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.llseek = noop_llseek,
};

static struct miscdevice device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "cordon",
	.fops = &device_operations,
	.mode = 0600,
};

static int __init cordon_init(void)
{
	int err = cordon_sbi_open();

	if (err)
		return err;
	err = misc_register(&device);
	if (err)
		goto no_device;
	err = cordon_tsm_open();
	if (err)
		goto no_tsm;
	return 0;

no_tsm:
	misc_deregister(&device);
no_device:
	cordon_sbi_close();
	return err;
}

static void __exit cordon_exit(void)
{
	cordon_tsm_close();
	misc_deregister(&device);
	cordon_sbi_close();
}

module_init(cordon_init);
module_exit(cordon_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Measurements and evidence of the Cordon monitor");
